import '@vscode-elements/elements/dist/vscode-button/index.js';
import { readGrafanaMessage } from '../protocol.ts';
import { saveSubject, send } from '../shared/host.ts';
import { GrafanaPanel } from './grafanaPanel.ts';

customElements.define('kubeprom-grafana', GrafanaPanel);
const panel = document.querySelector<GrafanaPanel>('kubeprom-grafana');
window.addEventListener('message', ({ data, source }: MessageEvent<unknown>) => {
  // The frame may post what it likes: the extension's messages come from the page around this one.
  if (panel?.isFrame(source) === true) return;
  const message = readGrafanaMessage(data);
  if (message?.type === 'place') saveSubject(message.subject);
  else if (message !== undefined) panel?.receive(message);
});
send({ type: 'ready' });
