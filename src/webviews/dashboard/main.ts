import { TimeChart } from '../chart/timeChart.ts';
import { readDashboardMessage } from '../dashboardProtocol.ts';
import { send } from '../shared/host.ts';
import { DashboardCell } from './cell.ts';
import { DashboardElement } from './dashboardElement.ts';

customElements.define('kubeprom-chart', TimeChart);
customElements.define('kubeprom-dashboard-cell', DashboardCell);
customElements.define('kubeprom-dashboard', DashboardElement);
const dashboard = document.querySelector<DashboardElement>('kubeprom-dashboard');
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readDashboardMessage(data);
  if (message !== undefined) dashboard?.receive(message);
});
send({ type: 'ready' });
