import '@vscode-elements/elements/dist/vscode-button/index.js';
import { TimeChart } from '../chart/timeChart.ts';
import { readAlertMessage } from '../protocol.ts';
import { sendReady } from '../shared/host.ts';
import { AlertPanel } from './alertPanel.ts';

customElements.define('kubeprom-chart', TimeChart);
customElements.define('kubeprom-alert', AlertPanel);
const panel = document.querySelector<AlertPanel>('kubeprom-alert');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readAlertMessage(data);
  if (message !== undefined) panel?.receive(message);
});
sendReady();
