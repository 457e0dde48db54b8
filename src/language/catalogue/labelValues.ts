/** Values of labels that are the same in every cluster. */
const values: Readonly<Record<string, readonly string[]>> = {
  alertstate: ['firing', 'pending'],
  condition: ['true', 'false', 'unknown'],
  mode: ['idle', 'user', 'system', 'iowait', 'nice', 'irq', 'softirq', 'steal'],
  phase: ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown', 'Active', 'Terminating', 'Bound', 'Available', 'Released', 'Lost'],
  qos_class: ['BestEffort', 'Burstable', 'Guaranteed'],
  resource: ['cpu', 'memory', 'ephemeral_storage', 'pods'],
  severity: ['critical', 'warning', 'info'],
  status: ['true', 'false', 'unknown'],
};

/** Conditions that are not true, false or unknown. */
const conditions: Readonly<Record<string, readonly string[]>> = {
  kube_node_status_condition: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'],
  kube_deployment_status_condition: ['Available', 'Progressing', 'ReplicaFailure'],
  kube_horizontalpodautoscaler_status_condition: ['ScalingActive', 'AbleToScale', 'ScalingLimited'],
};

/** The values that a label of a metric usually has; empty where they depend on the cluster. */
export function usualValues(metric: string, label: string): readonly string[] {
  if (label === 'condition' && Object.hasOwn(conditions, metric)) return conditions[metric] ?? [];
  return Object.hasOwn(values, label) ? (values[label] ?? []) : [];
}
