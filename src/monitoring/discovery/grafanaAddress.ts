import type { Cluster } from '../../cluster/cluster.ts';
import type { Resource } from '../../cluster/resources.ts';
import { isRecord } from '../../language/json.ts';
import { textOf, valueAt } from '../../model/liveObject.ts';

const ingresses: Resource = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', namespaced: true };
const virtualServices: Resource = { group: 'networking.istio.io', version: 'v1', plural: 'virtualservices', namespaced: true };
/** OpenShift's Routes. */
export const routes: Resource = { group: 'route.openshift.io', version: 'v1', plural: 'routes', namespaced: true };

/** Kyma's APIRules, the version of now first (kyma-project/api-gateway). */
const apiRules = ['v2', 'v2alpha1', 'v1beta1'].map((version): Resource => ({ group: 'gateway.kyma-project.io', version, plural: 'apirules', namespaced: true }));
const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };

/** Where users see a Service from outside: by an Ingress, an Istio VirtualService, an OpenShift Route or a Kyma APIRule; undefined where none leads to it. */
export async function grafanaAddress(cluster: Cluster, namespace: string, service: string): Promise<string | undefined> {
  const list = (resource: Resource): Promise<readonly unknown[]> => cluster.list(resource, { namespace }).then(({ items }) => items, () => []);
  const [ingress, virtual, route] = await Promise.all([list(ingresses), list(virtualServices), list(routes)]);
  return firstOf(ingress, (one) => ingressAddress(one, service)) ?? firstOf(virtual, (one) => virtualAddress(one, namespace, service)) ?? firstOf(route, (one) => routeAddress(one, service)) ?? ruleAddress(cluster, namespace, service);
}

/**
 * Addresses of the whole cluster whose host is named after Grafana (`grafana.example.com`, `grafana-prod.…`), whatever Service they
 * lead to: it may be in another namespace, of another cluster, or without any label. Whoever may not list them is given none.
 */
export async function grafanaHosts(cluster: Cluster): Promise<readonly string[]> {
  const list = (resource: Resource): Promise<readonly unknown[]> => cluster.list(resource).then(({ items }) => items, () => []);
  const [ingress, virtual, route, rules] = await Promise.all([list(ingresses), list(virtualServices), list(routes), rulesOf(cluster)]);
  const urls = [
    ...ingress.flatMap((one) => listAt(one, 'spec', 'rules').flatMap((rule) => ruleUrl(one, rule, listAt(rule, 'http', 'paths')[0]) ?? [])),
    // Without a gateway it is for the mesh alone.
    ...virtual.filter((one) => listAt(one, 'spec', 'gateways').some((gateway) => gateway !== 'mesh')).flatMap((one) => listAt(one, 'spec', 'hosts').map((host) => `https://${textOf(host)}`)),
    ...route.map((one) => `${valueAt(one, 'spec', 'tls') === undefined ? 'http' : 'https'}://${textOf(valueAt(one, 'spec', 'host'))}`),
    ...(await Promise.all(rules.flatMap(hostsOf).filter((host) => host.startsWith('grafana')).map((host) => fullUrl(cluster, host)))).flatMap((url) => url ?? []),
  ];
  return [...new Set(urls)].filter((url) => URL.canParse(url) && /^grafana(?:-[\w-]+)?\.[\w.-]+$/.test(new URL(url).hostname) && !/\.(?:svc|local)$/.test(new URL(url).hostname));
}

/** By an APIRule; a short host is below the domain that Gardener writes into the cluster (kube-system/shoot-info). */
async function ruleAddress(cluster: Cluster, namespace: string, service: string): Promise<string | undefined> {
  const leads = (rule: unknown): boolean => valueAt(rule, 'spec', 'service', 'name') === service || listAt(rule, 'spec', 'rules').some((one) => valueAt(one, 'service', 'name') === service);
  const [host] = (await rulesOf(cluster, namespace)).filter(leads).flatMap(hostsOf);
  return host === undefined ? undefined : fullUrl(cluster, host);
}

/** The APIRules in the version that the cluster serves. */
async function rulesOf(cluster: Cluster, namespace?: string): Promise<readonly unknown[]> {
  for (const resource of apiRules) {
    const rules = await cluster.list(resource, namespace === undefined ? {} : { namespace }).then(({ items }) => items, () => undefined);
    if (rules !== undefined) return rules;
  }
  return [];
}

function hostsOf(rule: unknown): string[] {
  return [valueAt(rule, 'spec', 'host'), ...listAt(rule, 'spec', 'hosts')].map(textOf).filter((one) => one !== '' && !one.startsWith('*'));
}

async function fullUrl(cluster: Cluster, host: string): Promise<string | undefined> {
  if (host.includes('.')) return `https://${host}`;
  const domain = await cluster.object(configMaps, 'kube-system', 'shoot-info').then((found) => textOf(valueAt(found, 'data', 'domain')), () => '');
  return domain === '' ? undefined : `https://${host}.${domain}`;
}

function firstOf(list: readonly unknown[], addressOf: (one: unknown) => string | undefined): string | undefined {
  for (const one of list) {
    const address = addressOf(one);
    if (address !== undefined) return address;
  }
  return undefined;
}

function ingressAddress(ingress: unknown, service: string): string | undefined {
  return firstOf(listAt(ingress, 'spec', 'rules'), (rule) => ruleUrl(ingress, rule, listAt(rule, 'http', 'paths').find((one) => valueAt(one, 'backend', 'service', 'name') === service)));
}

/** The address of a path of an Ingress' rule. */
function ruleUrl(ingress: unknown, rule: unknown, path: unknown): string | undefined {
  const host = textOf(valueAt(rule, 'host'));
  if (host === '' || host.startsWith('*') || path === undefined) return undefined;
  const isSecured = listAt(ingress, 'spec', 'tls').some((tls) => listAt(tls, 'hosts').includes(host));
  const prefix = textOf(valueAt(path, 'path'));
  // A path with a pattern in it is the controller's own language.
  return `${isSecured ? 'https' : 'http'}://${host}${/^\/[\w/.-]*$/.test(prefix) ? prefix.replace(/\/+$/, '') : ''}`;
}

function virtualAddress(virtual: unknown, namespace: string, service: string): string | undefined {
  const names = new Set([service, `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`]);
  const leads = listAt(virtual, 'spec', 'http').some((http) => listAt(http, 'route').some((route) => names.has(textOf(valueAt(route, 'destination', 'host')))));
  const host = listAt(virtual, 'spec', 'hosts').map(textOf).find((one) => one !== '' && !one.startsWith('*') && one.includes('.'));
  return leads && host !== undefined ? `https://${host}` : undefined;
}

/** Where a Route to a Service leads; undefined for one to another. */
export function routeAddress(route: unknown, service: string): string | undefined {
  const host = textOf(valueAt(route, 'spec', 'host'));
  if (valueAt(route, 'spec', 'to', 'name') !== service || host === '') return undefined;
  return `${valueAt(route, 'spec', 'tls') === undefined ? 'http' : 'https'}://${host}`;
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = valueAt(value, ...path);
  return Array.isArray(list) ? list.filter((one) => isRecord(one) || typeof one === 'string') : [];
}
