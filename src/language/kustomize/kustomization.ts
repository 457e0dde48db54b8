import { isRecord } from '../json.ts';

/** A kustomization.yaml as far as it is applied here: the fields of kustomize v5 that change what objects say of each other. */
export interface Kustomization {
  readonly namespace: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** Files, folders, and addresses that are not followed. Those of the older `bases` among them. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly labels: readonly LabelRule[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly patches: readonly PatchRule[];
  readonly generators: readonly Generator[];
}

export interface LabelRule {
  readonly pairs: Readonly<Record<string, string>>;
  readonly selectors: boolean;
  readonly templates: boolean;
}

/** A patch, in the text or in a file, and what it is for. */
export interface PatchRule {
  readonly path: string;
  readonly text: string;
  /** Undefined: the patch names it itself. */
  readonly target: Readonly<Record<string, string>> | undefined;
}

/** A Secret or ConfigMap that is made of literals and files. */
export interface Generator {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly index: number;
  readonly name: string;
  readonly namespace: string;
  readonly literals: readonly string[];
  readonly files: readonly string[];
  /** Its name ends with a hash of its contents. */
  readonly isHashed: boolean;
}

/** Whether a file is one of kustomize's, by its name. */
export function isKustomization(uri: string): boolean {
  return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(uri);
}

/** Reads a decoded kustomization.yaml; what has another form than kustomize takes counts as absent. */
export function readKustomization(value: unknown): Kustomization {
  const root = isRecord(value) ? value : {};
  const rules = records(root['labels']).map((rule) => ({ pairs: stringMap(rule['pairs']), selectors: rule['includeSelectors'] === true, templates: rule['includeTemplates'] === true }));
  const common = stringMap(root['commonLabels']);
  return {
    namespace: string(root['namespace']),
    namePrefix: string(root['namePrefix']),
    nameSuffix: string(root['nameSuffix']),
    resources: [...strings(root['resources']), ...strings(root['bases'])],
    components: strings(root['components']),
    labels: [...rules, ...(Object.keys(common).length === 0 ? [] : [{ pairs: common, selectors: true, templates: false }])],
    annotations: stringMap(root['commonAnnotations']),
    patches: [
      ...strings(root['patchesStrategicMerge']).map((patch) => (patch.includes('\n') ? patchRule({ patch }) : patchRule({ path: patch }))),
      ...records(root['patches']).map(patchRule),
      ...records(root['patchesJson6902']).map(patchRule),
    ],
    generators: [...generatorsOf('ConfigMap', root), ...generatorsOf('Secret', root)],
  };
}

function patchRule(rule: Readonly<Record<string, unknown>>): PatchRule {
  return { path: string(rule['path']), text: string(rule['patch']), target: isRecord(rule['target']) ? stringMap(rule['target']) : undefined };
}

function generatorsOf(kind: Generator['kind'], root: Readonly<Record<string, unknown>>): Generator[] {
  const options = isRecord(root['generatorOptions']) ? root['generatorOptions'] : {};
  return records(root[kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator']).map((generator, index) => {
    const own = isRecord(generator['options']) ? generator['options'] : {};
    return {
      kind, index, name: string(generator['name']), namespace: string(generator['namespace']), literals: strings(generator['literals']), files: strings(generator['files']),
      isHashed: own['disableNameSuffixHash'] !== true && options['disableNameSuffixHash'] !== true,
    };
  });
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function records(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function stringMap(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {};
}
