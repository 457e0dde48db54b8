import { commands as vscodeCommands, Uri, workspace } from 'vscode';
import type { LiveAlert } from '../../model/alertTable.ts';
import { matchersText } from '../../model/silences.ts';
import type { AlertGraph, AlertMessage, AlertView, JourneyView, RouteMessage } from '../../webviews/protocol.ts';
import type { ClusterConnection, Clusters, LiveServers } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { type OpenPanel, Panels } from '../panels.ts';
import { messageOf, oneLine, plainLines } from '../plainText.ts';
import type { FieldName } from '../../server/protocol.ts';
import { graphOf } from './alertGraph.ts';
import { alertName, clock, distinguishing, serverText } from './alertWording.ts';
import { liveJourney, ownerOfReceiver } from './liveRouting.ts';
import { countsLine, notificationCounts } from './notifications.ts';

/** Milliseconds between two questions for the graph and the notifications of an open panel. */
const slow = 15_000;
const scheme = 'kubeprom-alert:';

/** The details of alerts, and "Who gets this alert?" for those that are live. */
export class AlertPanels extends DisposableStore {
  readonly #clusters: Clusters;
  readonly #details: Panels;
  readonly #routes: Panels;
  readonly #shown = new Map<OpenPanel, { readonly cluster: string; readonly key: string }>();
  readonly #listening = new Map<LiveServers['alerts'], () => void>();

  constructor(clusters: Clusters, extensionUri: Uri) {
    super();
    this.#clusters = clusters;
    const name = ({ object }: FieldName): string => oneLine(object.name, 60);
    this.#details = this.add(new Panels({ viewType: 'kubeprom.alert', page: 'alert', title: name, open: (subject, post) => this.#openDetails(subject, post) }, extensionUri));
    this.#routes = this.add(new Panels({ viewType: 'kubeprom.liveRoute', page: 'route', title: (subject) => `Who gets this alert? ${name(subject)}`, open: (subject, post) => this.#openRoute(subject, post) }, extensionUri));
    this.add(clusters.onChange(() => { this.#listen(); }));
    this.add({ dispose: () => { for (const stop of this.#listening.values()) stop(); } });
  }

  show(cluster: ClusterConnection, alert: LiveAlert): void {
    this.#listen();
    this.#details.show(subjectOf(cluster, alert));
  }

  showRoute(cluster: ClusterConnection, alert: LiveAlert): void {
    this.#routes.show(subjectOf(cluster, alert));
  }

  #listen(): void {
    for (const { name, monitoring } of this.#clusters.all) {
      if (monitoring === undefined || this.#listening.has(monitoring.alerts)) continue;
      this.#listening.set(monitoring.alerts, monitoring.alerts.onChange(({ alerts }) => {
        for (const [panel, shown] of this.#shown) if (shown.cluster === name && alerts.has(shown.key)) panel.refresh();
      }));
    }
  }

  #find(subject: FieldName): { readonly cluster: ClusterConnection; readonly servers: LiveServers; readonly alert: LiveAlert } | undefined {
    const cluster = this.#clusters.all.find(({ name }) => `${scheme}${name}` === subject.uri);
    const alert = cluster?.monitoring?.alerts.get(String(subject.path[0]));
    return cluster?.monitoring === undefined || alert === undefined ? undefined : { cluster, servers: cluster.monitoring, alert };
  }

  #openDetails(subject: FieldName, post: (message: AlertMessage) => void): OpenPanel {
    let isOpen = true;
    let asked = 0;
    let extra: { readonly journeys: readonly JourneyView[]; readonly notifications: readonly string[] } = { journeys: [], notifications: [] };
    const paint = (): void => {
      const found = this.#find(subject);
      post(found === undefined ? { type: 'gone' } : { type: 'alert', ...viewOf(found.cluster, found.servers, found.alert), ...extra });
    };
    const refresh = async (): Promise<void> => {
      paint();
      const found = this.#find(subject);
      if (found === undefined || Date.now() - asked < slow) return;
      asked = Date.now();
      const [graph, told] = await Promise.all([graphFor(found.servers, found.alert), toldOf(found.servers, found.alert)]);
      if (!isOpen) return;
      extra = told;
      paint();
      post({ type: 'graph', graph });
    };
    const panel: OpenPanel = {
      refresh: () => { void refresh(); },
      receive: (request) => {
        if (request.type === 'ready') {
          asked = 0;
          void refresh();
        } else if (request.type === 'act') {
          const found = this.#find(subject);
          const command = actions.find(({ name }) => name === request.name)?.command;
          if (found !== undefined && command !== undefined) void vscodeCommands.executeCommand(command, { row: 'alert', id: '', group: '', cluster: found.cluster, key: found.alert.key });
        }
      },
      dispose: () => {
        isOpen = false;
        this.#shown.delete(panel);
      },
    };
    this.#shown.set(panel, { cluster: subject.uri.slice(scheme.length), key: String(subject.path[0]) });
    return panel;
  }

  #openRoute(subject: FieldName, post: (message: RouteMessage) => void): OpenPanel {
    let labels: Readonly<Record<string, string>> | undefined;
    const refresh = async (): Promise<void> => {
      const found = this.#find(subject);
      if (found === undefined) {
        post({ type: 'gone' });
        return;
      }
      const { alert, servers, cluster } = found;
      const journeys = await journeysOf(servers, alert, labels ?? alert.labels);
      post({
        type: 'route', title: oneLine(alertName(alert)), subtitle: `${alert.state} in ${oneLine(cluster.name)}; the routes are those that Alertmanager runs with now`,
        labels: Object.entries(alert.labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name: oneLine(name), value: plainLines(value), note: 'of the live alert' })), warnings: [], journeys, arrivals: null,
      });
    };
    return {
      refresh: () => { void refresh(); },
      receive: (request) => {
        if (request.type !== 'ready' && request.type !== 'ask') return;
        labels = request.labels ?? labels;
        void refresh();
      },
      dispose: () => {},
    };
  }
}

const actions: readonly { readonly name: string; readonly label: string; readonly command: string; readonly isOffered: (alert: LiveAlert) => boolean }[] = [
  { name: 'silence', label: 'Silence…', command: commands.silenceAlert, isOffered: ({ state }) => state !== 'silenced' },
  { name: 'form', label: 'Silence in Form…', command: commands.silenceInForm, isOffered: () => true },
  { name: 'rule', label: 'Open Rule', command: commands.openAlertRule, isOffered: ({ raised }) => raised.length > 0 },
  { name: 'runbook', label: 'Open Runbook', command: commands.openRunbook, isOffered: ({ annotations }) => annotations['runbook_url'] !== undefined },
  { name: 'route', label: 'Who Gets This Alert?', command: commands.showAlertRoute, isOffered: () => true },
  { name: 'link', label: 'Copy Link', command: commands.copyAlertLink, isOffered: () => true },
];

function subjectOf(cluster: ClusterConnection, alert: LiveAlert): FieldName {
  return { uri: `${scheme}${cluster.name}`, object: { kind: 'Alert', namespace: cluster.name, name: alertName(alert) }, path: [alert.key] };
}

/** What is known without a question. */
function viewOf(cluster: ClusterConnection, { alerts, model }: LiveServers, alert: LiveAlert): Omit<AlertView, 'journeys' | 'notifications'> {
  const [raised] = alert.raised;
  const rule = raised === undefined ? undefined : model.get(raised.rule);
  const group = rule?.node === 'rule' ? model.get(rule.group) : undefined;
  const sources = alert.raised.map(({ instance }) => serverText(instance)).join(', ');
  const declared = group?.node === 'group' && group.object !== undefined ? model.declared(group.object) : undefined;
  const rows = (record: Readonly<Record<string, string>>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name: oneLine(name), value: plainLines(value) }));
  const silences = alert.silencedBy.map((id) => {
    const silence = alerts.silences.find((one) => one.id === id);
    return silence === undefined ? `Silenced by ${oneLine(id)}.` : `Silenced until ${clock(silence.endsAt)} by ${oneLine(silence.createdBy)}: ${oneLine(silence.comment)} ${oneLine(matchersText(silence.matchers))}`;
  });
  const inhibitors = alert.inhibitedBy.map((fingerprint) => {
    const other = [...alerts.all].find(({ received }) => received.some((one) => one.fingerprint === fingerprint));
    return other === undefined ? `Inhibited by an alert that is over (${oneLine(fingerprint)}).` : `Inhibited by ${oneLine(`${alertName(other)} ${distinguishing(other)}`)}, which fires.`;
  });
  const facts = [
    { name: 'Since', value: clock(alert.since) },
    ...(alert.value === undefined ? [] : [{ name: 'Value', value: Number.isNaN(Number(alert.value)) ? oneLine(alert.value) : String(Number(alert.value)) }]),
    ...(alert.receivers.length === 0 ? [] : [{ name: 'Receivers', value: oneLine(alert.receivers.join(', ')) }]),
    ...(sources === '' ? [] : [{ name: 'Raised by', value: oneLine(sources) }]),
    ...(group?.node === 'group' ? [{ name: 'Rule', value: oneLine(`${group.name} in ${group.object ?? group.file}`) }] : []),
    ...(declared === undefined ? [] : [{ name: 'File', value: oneLine(workspace.asRelativePath(Uri.parse(declared.uri))) }]),
    ...(alert.received.length === 0 ? [] : [{ name: 'Known to', value: oneLine(alert.received.map(({ alertmanager }) => serverText(alertmanager)).join(', ')) }]),
    ...(rule?.node === 'rule' && rule.duration > 0 ? [{ name: 'Has to hold for', value: `${String(rule.duration)} s` }] : []),
  ];
  const warnings = alert.state === 'firing' && alert.received.length === 0 && alerts.isRead ? ['No Alertmanager has it yet: Prometheus sends it with its next evaluation, or has no Alertmanager to send it to.'] : [];
  return {
    title: oneLine(alertName(alert)), state: alert.state, subtitle: oneLine(`${cluster.name}: ${distinguishing(alert)}`), warnings,
    labels: rows(alert.labels), annotations: rows(alert.annotations), facts, expression: rule?.node === 'rule' ? plainLines(rule.query) : '', silences: [...silences, ...inhibitors],
    actions: actions.filter(({ isOffered }) => isOffered(alert)).map(({ name, label }) => ({ name, label })),
  };
}

async function graphFor(servers: LiveServers, alert: LiveAlert): Promise<AlertGraph> {
  const nothing = (note: string): AlertGraph => ({ note, times: [], values: [], threshold: null, shade: null, since: null });
  const [raised] = alert.raised;
  const rule = raised === undefined ? undefined : servers.model.get(raised.rule);
  if (raised === undefined || rule?.node !== 'rule') return nothing('No Prometheus is known whose rule raised it, so there is nobody to ask for its values.');
  try {
    return await graphOf(rule, raised, servers.queries(raised.instance));
  } catch (error) {
    return nothing(messageOf(error));
  }
}

/** Who is told, by each Alertmanager's own configuration, and what it says of its notifications. */
async function toldOf(servers: LiveServers, alert: LiveAlert): Promise<{ readonly journeys: readonly JourneyView[]; readonly notifications: readonly string[] }> {
  const [journeys, counts] = await Promise.all([
    journeysOf(servers, alert, alert.labels),
    Promise.all(alertmanagersOf(servers, alert).map((one) => notificationCounts(servers, one).then((list) => list.map(countsLine), (error: unknown) => [messageOf(error)]))),
  ]);
  return { journeys, notifications: counts.flat().map((line) => oneLine(line)) };
}

function alertmanagersOf({ model }: LiveServers, { received }: LiveAlert): readonly string[] {
  return received.length > 0 ? received.map(({ alertmanager }) => alertmanager) : model.instances.filter(({ kind }) => kind === 'Alertmanager').map(({ key }) => key);
}

function journeysOf(servers: LiveServers, alert: LiveAlert, labels: Readonly<Record<string, string>>): Promise<JourneyView[]> {
  return Promise.all(alertmanagersOf(servers, alert).map(async (instance): Promise<JourneyView> => {
    try {
      const { stops, ...journey } = await liveJourney(servers, instance, labels);
      return {
        alertmanager: oneLine(journey.alertmanager), faults: journey.faults.map(messageOf), warnings: journey.warnings.map((one) => oneLine(one, 1000)), inhibitions: journey.inhibitions.map((one) => plainLines(one)),
        stops: stops.map(({ receiver, reasons, facts }) => {
          const owner = ownerOfReceiver(receiver, servers);
          return { receiver: oneLine(receiver), reasons: reasons.map((one) => oneLine(one, 1000)), facts: [...(owner === undefined ? [] : [{ name: 'Comes from', value: owner }]), ...facts.map(({ name, value }) => ({ name, value: oneLine(value) }))], hasPlace: false };
        }),
      };
    } catch (error) {
      return { alertmanager: oneLine(serverText(instance)), faults: [messageOf(error)], warnings: [], stops: [], inhibitions: [] };
    }
  }));
}
