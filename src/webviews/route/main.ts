import '@vscode-elements/elements/dist/vscode-button/index.js';
import { readRouteMessage } from '../protocol.ts';
import { savedLabels, sendReady } from '../shared/host.ts';
import { readLabelText } from '../shared/labelText.ts';
import { RoutePanel } from './routePanel.ts';

customElements.define('kubeprom-route', RoutePanel);
const panel = document.querySelector<RoutePanel>('kubeprom-route');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readRouteMessage(data);
  if (message !== undefined) panel?.receive(message);
});
const typed = savedLabels();
const read = typed === undefined ? undefined : readLabelText(typed);
sendReady(read !== undefined && 'labels' in read ? read.labels : undefined);
