/** One rule of a relabel list, as it is written in the operator's objects. */

/** What relabeling can do, in Prometheus' spelling; the operator takes capitals too (`LabelMap`). */
export const relabelActions = ['replace', 'keep', 'drop', 'hashmod', 'labelmap', 'labeldrop', 'labelkeep', 'lowercase', 'uppercase', 'keepequal', 'dropequal'] as const;

export type RelabelAction = (typeof relabelActions)[number];

/** A rule in the operator's spelling (RelabelConfig of monitoring.coreos.com/v1). What is absent has Prometheus' default. */
export interface RelabelConfig {
  readonly sourceLabels?: readonly string[];
  /** Between the values of the source labels; `;` by default. */
  readonly separator?: string;
  readonly targetLabel?: string;
  /** Matched against the whole of the joined values, or of a label name; `(.*)` by default. */
  readonly regex?: string;
  /** A whole number from 0 on; only for hashmod, which needs at least 1. */
  readonly modulus?: number | bigint;
  /** May name groups of the regex, `$1` or `${name}`; `$1` by default. */
  readonly replacement?: string;
  /** One of {@link relabelActions} in any case; `replace` by default. */
  readonly action?: string;
}

/** A rule with Prometheus' defaults filled in, as Prometheus holds it after loading what the operator wrote. */
export interface CompleteRelabelConfig {
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly targetLabel: string;
  readonly regex: string;
  readonly modulus: bigint;
  readonly replacement: string;
  /** In lower case; a text that is no action stays as it is. */
  readonly action: string;
}

export const defaultRegex = '(.*)';
export const defaultReplacement = '$1';
export const defaultSeparator = ';';

/**
 * Reads a rule of a decoded object; a field of another type than the CRD's counts as absent, since the
 * schema's check tells of it. Null is as good as absent, too.
 */
export function readRelabelConfig(value: unknown): RelabelConfig {
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { sourceLabels, modulus } = fields;
  const text = (name: string): string | undefined => typeof fields[name] === 'string' ? fields[name] : undefined;
  return dropUndefined({
    sourceLabels: Array.isArray(sourceLabels) ? sourceLabels.filter((label) => typeof label === 'string') : undefined,
    separator: text('separator'),
    targetLabel: text('targetLabel'),
    regex: text('regex'),
    modulus: Number.isInteger(modulus) || typeof modulus === 'bigint' ? modulus as number | bigint : undefined,
    replacement: text('replacement'),
    action: text('action'),
  });
}

/** Reads a list of rules; anything but a list is an empty one. */
export function readRelabelConfigs(value: unknown): RelabelConfig[] {
  return Array.isArray(value) ? value.map(readRelabelConfig) : [];
}

/**
 * The rule with its defaults. The operator leaves out what is empty (all but separator and replacement),
 * so that an empty `regex` means the default one and not an empty pattern.
 */
export function completeRelabelConfig(config: RelabelConfig): CompleteRelabelConfig {
  return {
    sourceLabels: config.sourceLabels ?? [],
    separator: config.separator ?? defaultSeparator,
    targetLabel: config.targetLabel ?? '',
    regex: isEmpty(config.regex) ? defaultRegex : config.regex,
    modulus: BigInt(config.modulus ?? 0),
    replacement: config.replacement ?? defaultReplacement,
    action: isEmpty(config.action) ? 'replace' : config.action.toLowerCase(),
  };
}

function isEmpty(text: string | undefined): text is '' | undefined {
  return text === undefined || text === '';
}

/** Leaves out the fields that are undefined, for a rule is shown with what was written. */
function dropUndefined(fields: { readonly [Name in keyof RelabelConfig]-?: RelabelConfig[Name] | undefined }): RelabelConfig {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
