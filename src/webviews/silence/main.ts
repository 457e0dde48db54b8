import '@vscode-elements/elements/dist/vscode-button/index.js';
import { readSilenceMessage } from '../protocol.ts';
import { sendReady } from '../shared/host.ts';
import { SilencePanel } from './silencePanel.ts';

customElements.define('kubeprom-silence', SilencePanel);
const panel = document.querySelector<SilencePanel>('kubeprom-silence');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readSilenceMessage(data);
  if (message !== undefined) panel?.receive(message);
});
sendReady();
