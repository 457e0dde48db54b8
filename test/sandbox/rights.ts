import type { Cluster } from './cluster.ts';
import { until } from './wait.ts';

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Waits until a user may do what rules say: the API server hears of a role and its binding a moment after they are written. @param namespace everywhere when absent */
export async function untilAllowed(cluster: Cluster, user: string, rules: readonly PolicyRule[], namespace?: string): Promise<void> {
  for (const { apiGroups: [group = ''], resources: [named = ''], verbs: [verb = ''], resourceNames: [name] = [] } of rules) {
    const [resource, subresource] = named.split('/');
    const spec = { user, resourceAttributes: { group, resource, subresource, verb, name, namespace } };
    await until(`the right of ${user} to ${verb} ${named}`, 60, async () => {
      const { status } = await cluster.get<{ readonly status: { readonly allowed: boolean } }>('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        method: 'POST', body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec },
      });
      return status.allowed ? true : undefined;
    });
  }
}
