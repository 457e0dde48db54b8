import '@vscode-elements/elements/dist/vscode-button/index.js';
import { TimeChart } from '../chart/timeChart.ts';
import { readQueryMessage } from '../protocol.ts';
import { send } from '../shared/host.ts';
import { ExpressionInput } from './expressionInput.ts';
import { QueryPanel } from './queryPanel.ts';

customElements.define('kubeprom-chart', TimeChart);
customElements.define('kubeprom-expression', ExpressionInput);
customElements.define('kubeprom-query', QueryPanel);
const panel = document.querySelector<QueryPanel>('kubeprom-query');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readQueryMessage(data);
  if (message !== undefined) panel?.receive(message);
});
send({ type: 'ready' });
