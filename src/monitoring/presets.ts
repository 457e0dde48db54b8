/** Stacks that are known by their signs, and what is special about reaching them. */

import type { Instance } from '../model/entities.ts';
import type { LiveModel } from '../model/liveModel.ts';
import { valueAt } from '../model/liveObject.ts';

/** What answers queries for a stack, behind an OpenShift Route. */
export interface StackQuerier {
  /** The Route's namespace and name. */
  readonly namespace: string;
  readonly route: string;
  /** The query needs the parameter `namespace`: the answer is that namespace's alone. */
  readonly needsNamespace: boolean;
  /** Keys of the instances that it answers for. */
  readonly instances: readonly string[];
}

/** A known stack. */
export interface Preset {
  readonly name: 'kube-prometheus' | 'kube-prometheus-stack' | 'OpenShift user-workload monitoring' | 'Kyma';
  /** Where queries go that an instance does not answer for everybody: a Route, asked with the kubeconfig's token. */
  readonly querier?: StackQuerier;
  /** For the tooltip: what a user of this stack has to know. One sentence each. */
  readonly hints: readonly string[];
}

/** The stacks that a cluster shows signs of; several may run in one. */
export function presetsOf(model: LiveModel): readonly Preset[] {
  const servers = model.instances.filter(({ origin, kind }) => origin === 'object' && kind !== 'Grafana');
  const userWorkloads = servers.filter(isUserWorkload).map(({ key }) => key);
  return [
    ...userWorkloads.length > 0 ? [userWorkload(userWorkloads)] : [],
    ...servers.some((server) => labelOf(model, server, 'app.kubernetes.io/part-of') === 'kube-prometheus' && labelOf(model, server, 'helm.sh/chart') === undefined) ? [kubePrometheus] : [],
    ...servers.some((server) => /^kube-prometheus-stack-/.test(labelOf(model, server, 'helm.sh/chart') ?? labelOf(model, server, 'chart') ?? '')) ? [kubePrometheusStack] : [],
    ...model.objects.get('Namespace', 'default', 'kyma-system') !== undefined ? [kyma] : [],
  ];
}

/** Whether an instance is one that OpenShift runs for its users: it enforces the namespace label, and looks at no namespace selectors. */
function isUserWorkload({ kind, namespace, name }: Instance): boolean {
  return (kind === 'Prometheus' || kind === 'ThanosRuler') && namespace === 'openshift-user-workload-monitoring' && name === 'user-workload';
}

function labelOf(model: LiveModel, { kind, namespace, name }: Instance, label: string): string | undefined {
  const value = valueAt(model.objects.get(kind, namespace, name), 'metadata', 'labels', label);
  return typeof value === 'string' ? value : undefined;
}

const kubePrometheus: Preset = {
  name: 'kube-prometheus',
  hints: ["Its Roles let Prometheus discover in default, kube-system and monitoring only: a monitor elsewhere is selected and finds no target.", 'Its Alertmanager selects AlertmanagerConfigs of its own namespace only.'],
};

const kubePrometheusStack: Preset = {
  name: 'kube-prometheus-stack',
  hints: ['Unless the chart is told otherwise, its Prometheus selects objects with the label release=<the release\'s name> only.'],
};

const userWorkload = (instances: readonly string[]): Preset => ({
  name: 'OpenShift user-workload monitoring',
  querier: { namespace: 'openshift-monitoring', route: 'thanos-querier', needsNamespace: true, instances },
  hints: ['Every series gets the namespace of its monitor as label, and namespace selectors of monitors are ignored.', 'Queries go to the Route thanos-querier with the parameter namespace; port-forwards are not permitted to users.'],
});

const kyma: Preset = { name: 'Kyma', hints: ['Traffic between pods goes through Istio: a target without a sidecar, or with mTLS, is scraped only if its monitor says how.'] };
