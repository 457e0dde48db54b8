/**
 * Where the schemas of schemas/ come from. To take in a new operator version, add it here, run
 * `npm run schemas` and commit what changed; the first version is the one that counts unless a setting says otherwise.
 */
export const operatorVersions = ['v0.93.1', 'v0.94.1'] as const;

/** The Go module with the operator's API types; its tags are the operator's versions. */
export const apiModule = 'github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring';

/** Upstream's own generator of CRDs, at the version that the operator uses. */
export const controllerGen = { module: 'sigs.k8s.io/controller-tools/cmd/controller-gen', version: 'v0.23.0' } as const;
