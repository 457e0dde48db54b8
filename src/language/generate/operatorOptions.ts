import { atLeast } from '../version.ts';

/** What the operator's own process decides about the generated configuration. */
export interface OperatorOptions {
  /** As the API server tells it, for example `1.36.0`. One that cannot be read counts as older than all. */
  readonly kubernetesVersion: string;
  /** The flag --feature-gates; a gate that is not named is off. */
  readonly featureGates: Readonly<Record<string, boolean>>;
}

/** The gates of prometheus-operator v0.93.1 with their defaults (cmd/operator/main.go). */
export const defaultFeatureGates: Readonly<Record<string, boolean>> = {
  PrometheusAgentDaemonSet: false,
  PrometheusShardRetentionPolicy: true,
  PrometheusTopologySharding: true,
  RemoteWriteCustomResourceDefinition: false,
  StatusForConfigurationResources: false,
};

/** Prometheus operator v0.93.1 without flags on Kubernetes 1.36. */
export const defaultOperatorOptions: OperatorOptions = { kubernetesVersion: '1.36.0', featureGates: defaultFeatureGates };

/** EndpointSlice discovery needs discovery.k8s.io/v1, which came with Kubernetes 1.21. */
export function supportsEndpointSlices(options: OperatorOptions): boolean {
  return atLeast(options.kubernetesVersion, '1.21.0');
}

/** From Kubernetes 1.35 on, pods carry the label topology.kubernetes.io/zone (PodTopologyLabelsAdmission, KEP-4742). */
export function supportsPodTopologyLabels(options: OperatorOptions): boolean {
  return atLeast(options.kubernetesVersion, '1.35.0');
}

/**
 * The gates after a flag such as `PrometheusTopologySharding=false,PrometheusAgentDaemonSet=true`, the defaults for the rest.
 * `error` says what is wrong with the flag in the operator's words.
 */
export function parseFeatureGates(flag: string): { readonly featureGates: Readonly<Record<string, boolean>> } | { readonly error: string } {
  const featureGates: Record<string, boolean> = { ...defaultFeatureGates };
  for (const pair of flag.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [name = '', value] = pair.split('=', 2).map((part) => part.trim());
    if (!Object.hasOwn(defaultFeatureGates, name)) {
      const supported = Object.entries(defaultFeatureGates).map(([gate, enabled]) => `${gate}=${String(enabled)}`).join(',');
      return { error: `feature gate "${name}" is unknown (supported feature gates: ${supported})` };
    }
    // As Go's strconv.ParseBool.
    if (value !== undefined && /^(?:1|t|T|true|TRUE|True)$/.test(value)) featureGates[name] = true;
    else if (value !== undefined && /^(?:0|f|F|false|FALSE|False)$/.test(value)) featureGates[name] = false;
    else return { error: `invalid value of ${name}: ${value ?? ''}, err: write ${name}=true or ${name}=false` };
  }
  return { featureGates };
}
