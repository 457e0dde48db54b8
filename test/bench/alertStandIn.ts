/** An Alertmanager of a bench in a process of its own, so that its work is nobody else's. Usage: alertStandIn.ts ALERTS SILENCES; prints its address. */
import { alertmanagerStandIn } from '../sandbox/alertmanagerStandIn.ts';

const [alerts, silences] = process.argv.slice(2).map(Number);
const standIn = await alertmanagerStandIn(alerts ?? 0, silences ?? 0);
console.log(standIn.url);
