import '@vscode-elements/elements/dist/vscode-button/index.js';
import { readChainMessage } from '../protocol.ts';
import { sendReady } from '../shared/host.ts';
import { ChainPanel } from './chainPanel.ts';

customElements.define('kubeprom-chain', ChainPanel);
const panel = document.querySelector<ChainPanel>('kubeprom-chain');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readChainMessage(data);
  if (message !== undefined) panel?.receive(message);
});
sendReady();
