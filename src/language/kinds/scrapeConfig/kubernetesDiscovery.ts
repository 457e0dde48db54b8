import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { rejected } from '../shared/monitorScope.ts';
import { fieldSelectorFault, labelSelectorFault } from '../shared/selectorText.ts';

/** Which objects each role looks at, so that selectors may narrow them. */
const selectableRoles: ReadonlyMap<string, readonly string[]> = new Map([
  ['pod', ['pod']],
  ['service', ['service']],
  ['endpointslice', ['pod', 'service', 'endpointslice']],
  ['endpoints', ['pod', 'service', 'endpoints']],
  ['node', ['node']],
  ['ingress', ['ingress']],
]);

/** What the operator refuses in an item of `kubernetesSDConfigs`. */
export function checkKubernetesDiscovery(config: Source): Problem[] {
  return [...checkOwnNamespace(config), ...config.at('selectors').items.flatMap((selector) => checkSelector(selector, config.at('role')))];
}

/** The own namespace is known only within the cluster that Prometheus runs in. */
function checkOwnNamespace(config: Source): Problem[] {
  const own = config.at('namespaces', 'ownNamespace');
  if (!config.at('apiServer').exists || !own.isTrue) return [];
  return [rejected(own, 'scrapeconfig/own-namespace', "Cannot use 'apiServer' and 'namespaces.ownNamespace' simultaneously.", 'Write the namespace into `namespaces.names`, or leave out the apiServer.', { on: 'key' })];
}

function checkSelector(selector: Source, role: Source): Problem[] {
  const allowed = selectableRoles.get(role.text.toLowerCase()) ?? [];
  const own = selector.at('role');
  const field = selector.at('field').exists ? fieldSelectorFault(selector.at('field').text) : undefined;
  const label = selector.at('label').exists ? labelSelectorFault(selector.at('label').text) : undefined;
  return [
    ...allowed.includes(own.text.toLowerCase()) ? [] : [rejected(own, 'scrapeconfig/kubernetes-selector', `The role ${role.text} supports only selectors of ${allowed.join(', ')}.`, 'Use another role, or remove the selector.')],
    ...field === undefined ? [] : [rejected(selector.at('field'), 'scrapeconfig/kubernetes-selector', `This is no field selector: ${field}.`, 'Write it as for kubectl get --field-selector, such as spec.nodeName=worker.')],
    ...label === undefined ? [] : [rejected(selector.at('label'), 'scrapeconfig/kubernetes-selector', `This is no label selector: ${label}.`, 'Write it as for kubectl get --selector, such as app=web,tier in (a,b).')],
  ];
}
