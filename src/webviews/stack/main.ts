import '@vscode-elements/elements/dist/vscode-button/index.js';
import { sendReady } from '../shared/host.ts';
import { readStackMessage } from '../stackProtocol.ts';
import { StackPanel } from './stackPanel.ts';

customElements.define('kubeprom-stack', StackPanel);
const panel = document.querySelector<StackPanel>('kubeprom-stack');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readStackMessage(data);
  if (message !== undefined) panel?.receive(message);
});
sendReady();
