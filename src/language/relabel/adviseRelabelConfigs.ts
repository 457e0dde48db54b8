/** Relabel rules that load, and will hardly do what their author means. */

import type { Path, Problem } from '../finding.ts';
import { compileAnchoredRe2 } from '../re2.ts';
import { completeRelabelConfig, defaultRegex, defaultReplacement, defaultSeparator, readRelabelConfig, type RelabelConfig } from './relabelConfig.ts';

/** When the rules run. Of a sample's labels only `__name__` begins with two underscores. */
export type RelabelTime = 'targets' | 'metrics';

/** The fields that an action looks at, beside `action` itself; what it refuses is not here. */
const usedFields: Readonly<Record<string, readonly (keyof RelabelConfig)[]>> = {
  replace: ['sourceLabels', 'separator', 'regex', 'targetLabel', 'replacement'],
  keep: ['sourceLabels', 'separator', 'regex'],
  drop: ['sourceLabels', 'separator', 'regex'],
  hashmod: ['sourceLabels', 'separator', 'targetLabel', 'modulus'],
  labelmap: ['regex', 'replacement'],
  lowercase: ['sourceLabels', 'separator', 'targetLabel'],
  uppercase: ['sourceLabels', 'separator', 'targetLabel'],
};

/** Advice on a list of rules as it is written, before any defaults. */
export function adviseRelabelConfigs(value: unknown, path: Path, time: RelabelTime): Problem[] {
  if (!Array.isArray(value)) return [];
  const written = new Set<string>();
  return value.flatMap((item: unknown, index) => {
    const config = readRelabelConfig(item);
    const at = [...path, index];
    const problems = [
      ...adviseEmptyRegex(config, at),
      ...adviseUnusedFields(config, at),
      ...adviseGroups(config, at),
      ...time === 'metrics' ? adviseMissingLabels(config, at, written) : [],
    ];
    const { targetLabel, action } = completeRelabelConfig(config);
    written.add(action === 'labelmap' ? '*' : targetLabel);
    return problems;
  });
}

function adviseEmptyRegex({ regex }: RelabelConfig, path: Path): Problem[] {
  if (regex !== '') return [];
  return [warning('relabel/empty-regex', 'The operator leaves out an empty regex, so that it means (.*), which matches everything. To match only what is empty, write ^$.', [...path, 'regex'], [
    { title: 'Change to "^$"', changes: [{ kind: 'set', path: [...path, 'regex'], value: '^$' }] },
  ])];
}

function adviseUnusedFields(config: RelabelConfig, path: Path): Problem[] {
  const { action } = completeRelabelConfig(config);
  const used = usedFields[action];
  if (used === undefined) return [];
  const given = (['sourceLabels', 'separator', 'regex', 'targetLabel', 'replacement', 'modulus'] as const)
    .filter((name) => !used.includes(name) && isTelling(config, name));
  return given.map((name) => ({
    ...warning('relabel/unused-field', `The ${action} action does not look at ${name}. Remove it, or use another action.`, [...path, name], [{ title: `Remove "${name}"`, changes: [{ kind: 'remove', path: [...path, name] }] }]),
    on: 'key' as const,
  }));
}

const defaults: RelabelConfig = { regex: defaultRegex, replacement: defaultReplacement, separator: defaultSeparator };

/** Whether a field says more than its default, which some write out everywhere. */
function isTelling(config: RelabelConfig, name: keyof RelabelConfig): boolean {
  const value = config[name];
  if (value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)) return false;
  return value !== defaults[name];
}

/** References to groups that the regex does not have: they are empty. */
function adviseGroups(config: RelabelConfig, path: Path): Problem[] {
  const { action, regex, replacement, targetLabel } = completeRelabelConfig(config);
  const compiled = compileAnchoredRe2(regex);
  if ('error' in compiled || (action !== 'replace' && action !== 'labelmap')) return [];
  const count = compiled.regex.groupCount();
  const names = Object.keys(compiled.regex.namedGroups());
  return [['replacement', replacement], ['targetLabel', action === 'replace' ? targetLabel : '']].flatMap(([field = '', template = '']) => {
    // The default replacement is nobody's mistake where the regex has no group: then it removes the label on purpose.
    if (field === 'replacement' && config.replacement === undefined) return [];
    return [...template.matchAll(/\$\$|\$(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)].flatMap((match) => {
      const name = match[1] ?? match[2];
      if (name === undefined || names.includes(name) || (/^(?:0|[1-9][0-9]*)$/.test(name) && Number(name) <= count)) return [];
      const hint = /^[0-9]+[^0-9]/.test(name) && match[1] === undefined ? ` Write \${${/^[0-9]+/.exec(name)?.[0] ?? ''}} to end the reference there.` : '';
      return [{ ...warning('relabel/unknown-group', `The regex has no group "${name}", so that ${match[0]} stands for nothing.${hint}`, [...path, field]), within: { start: match.index, end: match.index + match[0].length } }];
    });
  });
}

/** Labels of targets are gone when the samples are there. */
function adviseMissingLabels({ sourceLabels = [] }: RelabelConfig, path: Path, written: ReadonlySet<string>): Problem[] {
  if (written.has('*')) return [];
  return sourceLabels.flatMap((name, index) => !name.startsWith('__') || name === '__name__' || written.has(name) ? [] : [
    warning('relabel/label-gone', `No sample has a label ${name}: what begins with "__" is dropped before the scrape, except __name__. Copy it to a label of another name in the target's own relabelings.`, [...path, 'sourceLabels', index]),
  ]);
}

function warning(code: string, message: string, path: Path, fixes?: Problem['fixes']): Problem {
  return { code, severity: 'warning', message, path, ...(fixes === undefined ? {} : { fixes }) };
}
