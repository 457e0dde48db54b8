/**
 * A Go program of the sandbox, pinned. `sum` is the module's hash in Go's checksum database (go.sum, "h1:…"): the
 * module is refused when what was downloaded has another one.
 */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
  /** Versions for the modules that the module's own go.mod takes from folders beside it. */
  readonly staging?: string;
  /** Other versions than the module's go.mod names, for modules that the Go proxy does not deliver in those. */
  readonly replaced?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  /** Values of -X: what the programs say of their own version. */
  readonly linked?: Readonly<Record<string, string>>;
  /** Compiled together: package → name of the program. */
  readonly programs: Readonly<Record<string, string>>;
}

const kubernetesVersion = 'v1.36.3';

/** What `version` says in programs that use prometheus/common; without it /api/v1/status/buildinfo is empty. */
function prometheusVersion(version: string): Record<string, string> {
  const variables = 'github.com/prometheus/common/version';
  return { [`${variables}.Version`]: version, [`${variables}.Revision`]: 'source', [`${variables}.Branch`]: 'HEAD', [`${variables}.BuildUser`]: 'sandbox' };
}

/**
 * The version must be linked in: an API server without one answers v0.0.0-master+$Format:%H$, which the operator cannot
 * parse; it then takes the cluster for an old one, discovers through Endpoints, and kube-prometheus' RBAC (which grants
 * EndpointSlices only) leaves Prometheus without a target.
 */
function kubernetesLinked(): Record<string, string> {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(kubernetesVersion) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`${kubernetesVersion} is no version`);
  return Object.fromEntries(
    ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((variables) => [
      [`${variables}.gitVersion`, kubernetesVersion],
      [`${variables}.gitMajor`, major],
      [`${variables}.gitMinor`, minor],
      [`${variables}.gitTreeState`, 'archive'],
    ]),
  );
}

function operator(version: string, sum: string, replaced: Record<string, string> = {}): GoModule {
  const path = 'github.com/prometheus-operator/prometheus-operator';
  return {
    path, version: `v${version}`, sum, replaced,
    linked: prometheusVersion(version),
    programs: { [`${path}/cmd/operator`]: 'operator', [`${path}/cmd/prometheus-config-reloader`]: 'prometheus-config-reloader' },
  };
}

/** The versions of the operator that there are, for upgrades; the first is the one that is installed by default. */
export const operatorVersions = ['0.93.1', '0.94.1'] as const;
export type OperatorVersion = (typeof operatorVersions)[number];

/**
 * The newest versions whose modules and dependencies can all be had from the Go proxy. Kubernetes 1.37 no longer talks
 * to containerd 1.6, which is Debian 12's.
 */
export const modules = {
  kubernetes: {
    path: 'k8s.io/kubernetes', version: kubernetesVersion, sum: 'h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=',
    staging: kubernetesVersion.replace(/^v1/, 'v0'),
    linked: kubernetesLinked(),
    programs: Object.fromEntries(
      ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'].map((name) => [`k8s.io/kubernetes/cmd/${name}`, name]),
    ),
  },
  etcd: {
    path: 'go.etcd.io/etcd/server/v3', version: 'v3.6.16', sum: 'h1:sLkpvz3RFtiNd/yPrZBKz5kT+XO1ZJkhmuUJeqc7OmA=',
    programs: { 'go.etcd.io/etcd/server/v3': 'etcd' },
  },
  operator: operator('0.93.1', 'h1:4Juk8v93RdG1DSGD/mGp+SeQKPmnlLIj2iq3blLZgFY='),
  // The proxy refuses the client module (generated code, no logic) of 0.94.0 and 0.94.1. That of 0.93.1 stands for it;
  // the operator itself and its API types are of 0.94.1.
  newerOperator: operator('0.94.1', 'h1:QEIb2wenPH+SdMN1xMf8l4Pmj00YYXXI6HlbLlQWkww=', { 'github.com/prometheus-operator/prometheus-operator/pkg/client': 'v0.93.1' }),
  prometheus: {
    path: 'github.com/prometheus/prometheus', version: 'v0.313.2', sum: 'h1:1EqGCHPc7wZPEHpoaaeIxDhMSRQTblZncR2cUXrMg2A=',
    // Only the two discoveries that can work here. That this build refuses the others says nothing about Prometheus.
    tags: ['remove_all_sd', 'enable_kubernetes_sd', 'enable_dns_sd'],
    linked: prometheusVersion('3.13.2'),
    programs: { 'github.com/prometheus/prometheus/cmd/prometheus': 'prometheus' },
  },
  alertmanager: {
    path: 'github.com/prometheus/alertmanager', version: 'v0.33.1', sum: 'h1:PJHGvTdb8Q0ZEpJnWff120WxB2kxIScLa707AaIudTo=',
    linked: prometheusVersion('0.33.1'),
    programs: { 'github.com/prometheus/alertmanager/cmd/alertmanager': 'alertmanager' },
  },
  nodeExporter: {
    path: 'github.com/prometheus/node_exporter', version: 'v1.12.1', sum: 'h1:LzcZ6SqJRH2EULBz3Paa1t1uzQaaoo9domuz8FQDkiY=',
    linked: prometheusVersion('1.12.1'),
    programs: { 'github.com/prometheus/node_exporter': 'node_exporter' },
  },
  coredns: {
    path: 'github.com/coredns/coredns', version: 'v1.14.7', sum: 'h1:UPDkn4QN+xyNfjz3U5ldgoLszDYpMZEJoy3+ze9au4Q=',
    programs: { '.': 'coredns' },
  },
  // No part of a sandbox: what tests give to those who render charts and keep releases.
  helm: {
    path: 'helm.sh/helm/v4', version: 'v4.3.2', sum: 'h1:zdd8DgKTlLrlYIzdoAntDHLH0V3RkgNIpQ3yjzuD84M=',
    linked: { 'helm.sh/helm/v4/internal/version.version': 'v4.3.2' },
    programs: { 'helm.sh/helm/v4/cmd/helm': 'helm' },
  },
} satisfies Record<string, GoModule>;
