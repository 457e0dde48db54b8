import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type PolicyRule, untilAllowed } from './rights.ts';
import type { Sandbox } from './sandbox.ts';
import { accountToken, namespaced } from './users.ts';

const rbac = 'rbac.authorization.k8s.io';
const home = 'kube-system';

/** A user for one test, who may do nothing until told; gone, with all rights, at the end of an `await using` block. */
export class TemporaryUser implements AsyncDisposable {
  /** Also the name of the kubeconfig's context. */
  readonly name: string;
  readonly #sandbox: Sandbox;
  readonly #folder = temporaryFolder('user');
  readonly #granted = new Set<string>();

  private constructor(sandbox: Sandbox, name: string) {
    this.#sandbox = sandbox;
    this.name = name;
  }

  /** @param namespace the namespace that the kubeconfig's context names */
  static async create(sandbox: Sandbox, namespace?: string): Promise<TemporaryUser> {
    const user = new TemporaryUser(sandbox, `user-${Math.random().toString(36).slice(2, 8)}`);
    await sandbox.cluster.apply(namespaced('v1', 'ServiceAccount', user.name, home, {}));
    const token = await accountToken(sandbox.cluster, { name: user.name, namespace: home });
    await writeKubeconfig(user.kubeconfig, sandbox.cluster.access, [{ name: user.name, user: { token }, ...(namespace === undefined ? {} : { namespace }) }]);
    return user;
  }

  /** The path of a kubeconfig with this user alone. */
  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }

  /** Gives rights in a namespace, or in the whole cluster without one, in place of those that were given there, and waits until they count. */
  async grant(rules: readonly PolicyRule[], namespace?: string): Promise<void> {
    const [role, binding] = namespace === undefined ? ['ClusterRole', 'ClusterRoleBinding'] : ['Role', 'RoleBinding'];
    const { cluster } = this.#sandbox;
    this.#granted.add(pathOf('role', this.name, namespace));
    await cluster.apply(namespaced(`${rbac}/v1`, role, this.name, namespace, { rules }));
    this.#granted.add(pathOf('rolebinding', this.name, namespace));
    await cluster.apply(namespaced(`${rbac}/v1`, binding, this.name, namespace, {
      roleRef: { apiGroup: rbac, kind: role, name: this.name }, subjects: [{ kind: 'ServiceAccount', name: this.name, namespace: home }],
    }));
    await untilAllowed(cluster, `system:serviceaccount:${home}:${this.name}`, rules, namespace);
  }

  /** Takes all rights away. Watches that are open go on, as ever in Kubernetes; the next request is forbidden. */
  async revoke(): Promise<void> {
    for (const path of [...this.#granted].toReversed()) await this.#sandbox.cluster.delete(path);
    this.#granted.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.revoke();
    await this.#sandbox.cluster.delete(`/api/v1/namespaces/${home}/serviceaccounts/${this.name}`);
    removeFolder(this.#folder);
  }
}

function pathOf(resource: 'role' | 'rolebinding', name: string, namespace: string | undefined): string {
  return `/apis/${rbac}/v1/${namespace === undefined ? `cluster${resource}s` : `namespaces/${namespace}/${resource}s`}/${name}`;
}
