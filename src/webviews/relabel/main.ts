import '@vscode-elements/elements/dist/vscode-button/index.js';
import { readRelabelMessage } from '../protocol.ts';
import { sendReady } from '../shared/host.ts';
import { RelabelPanel } from './relabelPanel.ts';

customElements.define('kubeprom-relabel', RelabelPanel);
const panel = document.querySelector<RelabelPanel>('kubeprom-relabel');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readRelabelMessage(data);
  if (message !== undefined) panel?.receive(message);
});
sendReady();
