/** What is known of the programs that nearly every cluster has: by which pods and which targets they show themselves. */

import type { Target } from '../entities.ts';
import type { NodeFacts, PodFacts } from './sourceFacts.ts';

/** A part of Kubernetes that has metrics of its own. */
export interface Component {
  readonly id: string;
  readonly name: string;
  /** Jobs, and names of Services, as kube-prometheus, the common charts and Prometheus' own example of a configuration call them. */
  readonly jobs: RegExp;
  readonly isPod: (pod: PodFacts) => boolean;
  /** Whether every cluster has it, even where no pod shows it. */
  readonly isGiven: boolean;
  /** What is missing while nobody scrapes it, as a sentence. */
  readonly loss: string;
  /** Why there may be nothing to scrape, as a sentence. */
  readonly unseen: string;
}

const hasImage = (pattern: RegExp) => ({ images }: PodFacts): boolean => images.some((image) => pattern.test(image));
/** kubeadm labels the static pods of the control plane so. */
const isControlPlane = (component: string) => ({ labels, namespace }: PodFacts): boolean => namespace === 'kube-system' && labels['component'] === component;

const ofTheProvider = 'No pod of it is seen: where a provider runs the control plane, it keeps this part, and perhaps its metrics, to itself.';

export const components: readonly Component[] = [
  { id: 'apiserver', name: 'API server', jobs: /^(?:kube-?)?apiservers?$|^kubernetes(?:-apiservers)?$/, isPod: isControlPlane('kube-apiserver'), isGiven: true, loss: 'Its requests, latencies and errors are not seen.', unseen: '' },
  { id: 'scheduler', name: 'Scheduler', jobs: /(?:^|-)(?:kube-)?scheduler$/, isPod: isControlPlane('kube-scheduler'), isGiven: false, loss: 'That pods wait for a node, and how long, is not seen.', unseen: ofTheProvider },
  { id: 'controller-manager', name: 'Controller manager', jobs: /(?:^|-)(?:kube-)?controller-manager$/, isPod: isControlPlane('kube-controller-manager'), isGiven: false, loss: 'How its controllers keep up is not seen.', unseen: ofTheProvider },
  { id: 'state', name: 'State of objects and jobs', jobs: /(?:^|-)kube-state-metrics$/, isPod: (pod) => pod.labels['app.kubernetes.io/name'] === 'kube-state-metrics' || hasImage(/kube-state-metrics/)(pod), isGiven: false, loss: 'Replicas that are missing, pods that crash and Jobs that fail are not seen.', unseen: 'No kube-state-metrics runs here: replicas that are missing, pods that crash and Jobs that fail raise no alert. Install it.' },
];

/** Whether a target is a component's. @param pod behind it, where it is known */
export function isOfComponent({ jobs, isPod }: Component, { labels }: Target, pod: PodFacts | undefined): boolean {
  return jobs.test(labels['job'] ?? '') || jobs.test(labels['service'] ?? '') || pod !== undefined && isPod(pod);
}

/** Whether a pod is the exporter of its machine. */
export const isNodeExporter: (pod: PodFacts) => boolean = hasImage(/node[-_]exporter/);

const nodeExporterPort = '9100';

/** What of a machine a target at one of its addresses is. @param port of its URL, empty where it is the scheme's */
export function partOfNode({ kubeletPort }: NodeFacts, { labels }: Target, port: string): 'kubelet' | 'node-exporter' | undefined {
  if (port === String(kubeletPort) || port === '10255') return 'kubelet';
  return port === nodeExporterPort || /node[-_]?exporter/.test(labels['job'] ?? '') ? 'node-exporter' : undefined;
}
