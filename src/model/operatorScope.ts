/** What an operator looks at, by the flags of its Deployment (cmd/operator/main.go and pkg/operator/config.go, v0.93.1). */

import { unmetRequirements } from '../language/kinds/shared/labelSelector.ts';
import { defaultFeatureGates, parseFeatureGates } from '../language/generate/operatorOptions.ts';
import { Source } from '../language/generate/source.ts';
import { labelSelectorOf } from './labelSelectorText.ts';
import { conditionsOf, keyPartsOf, type LiveObject, textOf, valueAt } from './liveObject.ts';

/** One operator: the namespaces and objects that it looks at. Undefined sets stand for all namespaces. */
export interface OperatorScope {
  /** `namespace/name` of its Deployment. */
  readonly name: string;
  /** Of its image, without `v`; undefined where the image has no version in its tag. */
  readonly version: string | undefined;
  /** False while no pod of it is available: then nothing is reconciled. */
  readonly available: boolean;
  readonly featureGates: Readonly<Record<string, boolean>>;
  readonly controllerId: string;
  /** --disable-unmanaged-prometheus-configuration. */
  readonly managesAll: boolean;
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly denied: ReadonlySet<string>;
  /** Where instances of a kind may stand, and AlertmanagerConfigs; a kind without an entry follows `namespaces`. */
  readonly ofKind: ReadonlyMap<string, { readonly flag: string; readonly namespaces: ReadonlySet<string> }>;
  /** Label selectors for instances, by kind, as text. */
  readonly selectors: ReadonlyMap<string, { readonly flag: string; readonly selector: string }>;
}

/** Flags that narrow one kind down. */
const namespaceFlags: Readonly<Record<string, string>> = {
  Prometheus: 'prometheus-instance-namespaces', PrometheusAgent: 'prometheus-instance-namespaces', Alertmanager: 'alertmanager-instance-namespaces',
  ThanosRuler: 'thanos-ruler-instance-namespaces', AlertmanagerConfig: 'alertmanager-config-namespaces',
};
const selectorFlags: Readonly<Record<string, string>> = {
  Prometheus: 'prometheus-instance-selector', PrometheusAgent: 'prometheus-instance-selector', Alertmanager: 'alertmanager-instance-selector', ThanosRuler: 'thanos-ruler-instance-selector',
};

/** The scope of an operator's Deployment; undefined when the Deployment runs something else. */
export function operatorScope(deployment: LiveObject): OperatorScope | undefined {
  const containers = valueAt(deployment.spec, 'template', 'spec', 'containers');
  const container = (Array.isArray(containers) ? (containers as unknown[]) : []).find((one) => operatorImage.test(textOf(valueAt(one, 'image'))));
  if (container === undefined) return undefined;
  const flags = flagsOf([valueAt(container, 'command'), valueAt(container, 'args')].flatMap((list) => (Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [])));
  const namesOf = (flag: string): ReadonlySet<string> | undefined => setOf(flags.get(flag));
  const gates = parseFeatureGates(flags.get('feature-gates') ?? '');
  const { namespace, name } = keyPartsOf(deployment);
  return {
    name: `${namespace}/${name}`,
    version: /:v?([0-9]+\.[0-9][^@]*)/.exec(textOf(valueAt(container, 'image')))?.[1],
    available: conditionsOf(deployment.status).find(({ type }) => type === 'Available')?.status !== 'False',
    featureGates: 'error' in gates ? defaultFeatureGates : gates.featureGates,
    controllerId: flags.get('controller-id') ?? '',
    managesAll: isTrue(flags.get('disable-unmanaged-prometheus-configuration')),
    namespaces: namesOf('namespaces'),
    denied: namesOf('deny-namespaces') ?? new Set(),
    ofKind: new Map(Object.entries(namespaceFlags).flatMap(([kind, flag]) => {
      const namespaces = namesOf(flag);
      return namespaces === undefined ? [] : [[kind, { flag, namespaces }] as const];
    })),
    selectors: new Map(Object.entries(selectorFlags).flatMap(([kind, flag]) => {
      const selector = flags.get(flag) ?? '';
      return selector === '' ? [] : [[kind, { flag, selector }] as const];
    })),
  };
}

const operatorImage = /(?:^|\/)prometheus-operator(?::|@|$)/;

/** The annotation by which several operators share a cluster (pkg/operator/resource_reconciler.go). */
const controllerAnnotation = 'operator.prometheus.io/controller-id';

/** Why an operator does not look at an object; undefined when it does. */
export function outOfScope(scope: OperatorScope, object: LiveObject): string | undefined {
  const { namespace } = keyPartsOf(object);
  const kind = scope.ofKind.get(object.kind);
  // An allow list of the kind takes precedence over both of the common ones.
  if (kind !== undefined) {
    if (!kind.namespaces.has(namespace)) return `The operator ${scope.name} looks at ${object.kind}s in ${listed(kind.namespaces)} only (--${kind.flag}), and not in "${namespace}".`;
  } else if (scope.namespaces !== undefined) {
    if (!scope.namespaces.has(namespace)) return `The operator ${scope.name} looks at ${listed(scope.namespaces)} only (--namespaces), and not at "${namespace}".`;
  } else if (scope.denied.has(namespace)) {
    return `The operator ${scope.name} leaves the namespace "${namespace}" out (--deny-namespaces).`;
  }
  return instanceOutOfScope(scope, object);
}

function instanceOutOfScope(scope: OperatorScope, object: LiveObject): string | undefined {
  if (selectorFlags[object.kind] === undefined) return undefined;
  const id = object.metadata.annotations?.[controllerAnnotation] ?? '';
  if (id !== scope.controllerId) {
    return id === ''
      ? `The operator ${scope.name} reconciles objects with the annotation ${controllerAnnotation}: ${scope.controllerId} only, which this one does not have.`
      : `This one is for the operator with the controller-id "${id}" (annotation ${controllerAnnotation}); that of ${scope.name} is "${scope.controllerId}".`;
  }
  const selector = scope.selectors.get(object.kind);
  if (selector === undefined) return undefined;
  const parsed = labelSelectorOf(selector.selector);
  if (parsed === undefined || unmetRequirements(Source.of(object).readAs(parsed), object.metadata.labels ?? {}).length === 0) return undefined;
  return `The operator ${scope.name} reconciles ${object.kind} objects with ${selector.selector} only (--${selector.flag}).`;
}

function listed(namespaces: ReadonlySet<string>): string {
  const names = [...namespaces].sort().map((name) => `"${name}"`);
  return names.length === 1 ? `the namespace ${names.join('')}` : `the namespaces ${names.join(', ')}`;
}

/** `--name=value`, `--name value` and `--name`, with one dash or two, as Go's package flag reads them. */
function flagsOf(args: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  for (const [index, arg] of args.entries()) {
    const match = /^--?([a-z][\w-]*)(?:=(.*))?$/s.exec(arg);
    if (match?.[1] === undefined) continue;
    const next = args[index + 1];
    flags.set(match[1], match[2] ?? (next === undefined || next.startsWith('-') ? 'true' : next));
  }
  return flags;
}

function setOf(list: string | undefined): ReadonlySet<string> | undefined {
  const names = (list ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  return names.length === 0 ? undefined : new Set(names);
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|t|T|true|TRUE|True)$/.test(text);
}
