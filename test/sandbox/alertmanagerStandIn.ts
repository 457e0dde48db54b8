import { fingerprintOf } from '../../src/model/fingerprint.ts';
import { StandIn } from './standIn.ts';

const minute = 60_000;

/** An Alertmanager with any number of alerts, in namespaces of a hundred each; every fifth alert is critical, every tenth silenced. @param silences all but the first hold nothing */
export function alertmanagerStandIn(alerts: number, silences = 1): Promise<StandIn> {
  const started = Date.now() - 1440 * minute;
  const silenceId = '7d8eb77e-00f9-4e0e-9f20-047695569296';
  const all = Array.from({ length: alerts }, (_, index) => alertOf(index, started, silenceId));
  const receivers = [{ name: 'default' }, { name: 'pager' }];
  const filters = ['active', 'silenced', 'inhibited', 'unprocessed'];
  const asked = (parameters: URLSearchParams) => all.filter(({ status: { state } }) => parameters.get(state === 'suppressed' ? 'silenced' : 'active') !== 'false');
  return StandIn.open({
    '/api/v2/status': {
      answer: () => ({
        cluster: { name: '01KSTANDIN0000000000000000', status: 'ready', peers: [] },
        versionInfo: { version: '0.33.1', revision: 'standin', branch: 'HEAD', buildUser: 'standin', buildDate: '', goVersion: 'go1.26' },
        config: { original: 'route:\n  receiver: default\n  group_by: [alertname, namespace]\n  routes:\n  - receiver: pager\n    matchers: [severity="critical"]\nreceivers:\n- name: default\n- name: pager\n' },
        uptime: new Date(started).toISOString(),
      }),
    },
    '/api/v2/receivers': { answer: () => receivers },
    '/api/v2/alerts': { parameters: filters, answer: asked },
    '/api/v2/alerts/groups': {
      parameters: filters.filter((name) => name !== 'unprocessed'),
      answer: (parameters) => {
        const groups = new Map<string, ReturnType<typeof alertOf>[]>();
        for (const alert of asked(parameters)) {
          const key = JSON.stringify([alert.receivers[0]?.name, alert.labels.alertname, alert.labels.namespace]);
          groups.set(key, [...(groups.get(key) ?? []), alert]);
        }
        return [...groups.values()].map((members) => ({
          labels: { alertname: members[0]?.labels.alertname, namespace: members[0]?.labels.namespace }, receiver: members[0]?.receivers[0], alerts: members,
        }));
      },
    },
    '/api/v2/silences': {
      answer: () => Array.from({ length: silences }, (_, index) => ({
        id: index === 0 ? silenceId : `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, status: { state: 'active' }, comment: 'being repaired', createdBy: 'standin',
        matchers: [{ name: 'silenced', value: index === 0 ? 'yes' : `nobody-${String(index)}`, isRegex: false, isEqual: true }],
        startsAt: new Date(started).toISOString(), endsAt: new Date(started + 2880 * minute).toISOString(), updatedAt: new Date(started).toISOString(),
      })),
    },
  });
}

function alertOf(index: number, started: number, silenceId: string) {
  const severity = index % 5 === 0 ? 'critical' : 'warning';
  const isSilenced = index % 10 === 0;
  const namespace = `team-${String(Math.floor(index / 100)).padStart(3, '0')}`;
  const at = (moment: number) => new Date(moment).toISOString();
  const labels: Record<string, string> = { alertname: severity === 'critical' ? 'RequestsFail' : 'CpuTooHot', namespace, pod: `app-${String(index).padStart(5, '0')}`, severity, prometheus: 'monitoring/k8s', ...(isSilenced ? { silenced: 'yes' } : {}) };
  return {
    labels,
    annotations: { summary: `app-${String(index).padStart(5, '0')} needs attention` },
    receivers: [{ name: severity === 'critical' ? 'pager' : 'default' }],
    fingerprint: fingerprintOf(labels),
    startsAt: at(started + (index % 1000) * minute), updatedAt: at(Date.now() - minute / 2), endsAt: at(Date.now() + 4 * minute),
    generatorURL: 'http://prometheus-k8s-0:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    status: { state: isSilenced ? 'suppressed' : 'active', silencedBy: isSilenced ? [silenceId] : [], inhibitedBy: [], mutedBy: [] },
  };
}
