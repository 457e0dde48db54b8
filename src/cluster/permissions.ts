import { resourceName, type Resource } from './resources.ts';
import type { Transport } from './transport.ts';

export interface Access {
  readonly verb: string;
  readonly resource: Pick<Resource, 'group' | 'plural'> & Partial<Pick<Resource, 'namespaced'>>;
  /** For example `portforward`, `proxy`, `log`. */
  readonly subresource?: string;
  /** One namespace; all of them when not given. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Why, in the authorizer's words; often empty. */
  readonly reason: string;
  /** For the user: `create pods/portforward in the namespace monitoring`. */
  readonly access: string;
}

/** Milliseconds for which a verdict is believed. */
const life = 60_000;

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What the user may do, by the cluster's own word (SelfSubjectAccessReview, SelfSubjectRulesReview). */
export class Permissions {
  readonly #transport: Transport;
  readonly #known = new Map<string, { readonly answer: Promise<unknown>; readonly until: number }>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether one thing is allowed. Rejects with a ClusterError when the cluster does not say. */
  async allowed(access: Access): Promise<Verdict> {
    const { verb, resource, subresource, namespace, name } = access;
    const attributes = { verb, group: resource.group, resource: resource.plural, subresource, namespace, name };
    const { status } = await this.#review<{ status?: { allowed?: boolean; reason?: string } }>('selfsubjectaccessreviews', 'SelfSubjectAccessReview', { resourceAttributes: attributes });
    const what = `${resource.plural}${subresource === undefined ? '' : `/${subresource}`}`;
    return {
      allowed: status?.allowed === true, reason: status?.reason ?? '',
      access: `${verb} ${resourceName({ group: resource.group, plural: what })}${resource.namespaced === false ? '' : namespace === undefined ? ' in all namespaces' : ` in the namespace ${namespace}`}`,
    };
  }

  /** Those of the namespaces in which all objects of a resource may be listed. */
  async listable(resource: Resource, namespaces: readonly string[]): Promise<readonly string[]> {
    const may = await Promise.all(namespaces.map(async (namespace) => {
      const { status } = await this.#review<{ status?: { resourceRules?: readonly Rule[]; incomplete?: boolean } }>('selfsubjectrulesreviews', 'SelfSubjectRulesReview', { namespace });
      if (status?.resourceRules?.some((rule) => covers(rule, resource)) === true) return true;
      // Webhook authorizers do not list their rules.
      return status?.incomplete === true && (await this.allowed({ verb: 'list', resource, namespace })).allowed;
    }));
    return namespaces.filter((_, index) => may[index]);
  }

  /** Rights may have changed: the next question goes to the cluster. */
  forget(): void {
    this.#known.clear();
  }

  #review<T>(plural: string, kind: string, spec: object): Promise<T> {
    const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec });
    const now = performance.now();
    const known = this.#known.get(body);
    if (known !== undefined && now < known.until) return known.answer as Promise<T>;
    const answer = this.#transport.request(`/apis/authorization.k8s.io/v1/${plural}`, { method: 'POST', body, idempotent: true }).then((one) => one.json<T>());
    this.#known.set(body, { answer, until: now + life });
    answer.catch(() => this.#known.delete(body));
    return answer;
  }
}

function covers({ verbs, apiGroups = [], resources = [], resourceNames = [] }: Rule, { group, plural }: Resource): boolean {
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  return resourceNames.length === 0 && has(verbs, 'list') && has(apiGroups, group) && has(resources, plural);
}
