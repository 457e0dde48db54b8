import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';
import { occurrencesIn } from '../../navigation/occurrences.ts';
import { KnownNames } from '../../nearestName.ts';
import type { CheckContext } from '../kindCheck.ts';

const remembered = new WeakMap<ReadonlyMap<string, unknown>, KnownNames>();

/** The names of the recorded metrics, which stay the same map while no recording rule changes. */
function namesOf(byName: ReadonlyMap<string, unknown>): KnownNames {
  let known = remembered.get(byName);
  if (known === undefined) remembered.set(byName, (known = new KnownNames(byName.keys())));
  return known;
}

/** Metrics with a colon in their name, which only recording rules make, that no rule of the files records. Nothing where no rule records anything. */
export function adviseRecorded({ object, lookup, recorded }: CheckContext): Problem[] {
  const { byName } = recorded();
  if (byName.size === 0 && !lookup.complete) return [];
  const groups = isRecord(object.spec) && Array.isArray(object.spec['groups']) ? (object.spec['groups'] as unknown[]) : [];
  return groups.flatMap((group, index) => {
    const rules = isRecord(group) && Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
    return rules.flatMap((rule, position) => (isRecord(rule) && mayNameUnrecorded(rule, byName) ? occurrencesIn(rule) : [])
      .filter(({ symbol, isDefinition }) => symbol.kind === 'metric' && !isDefinition && /[^:]:+[^:]/.test(symbol.name) && !byName.has(symbol.name))
      .map(({ symbol: { name }, path, within }): Problem => {
        const near = namesOf(byName).nearest(name);
        const place = ['spec', 'groups', index, 'rules', position, ...path];
        const suggestion = near === undefined ? lookup.complete ? '' : ' Unless one does in the cluster, nothing is found.' : ` Write "${near}", which one records.`;
        return {
          code: 'promql/not-recorded',
          severity: near === undefined && !lookup.complete ? 'information' : 'warning',
          path: place,
          within,
          message: `No rule among the files records "${name}", and a name with a colon comes from a rule.${suggestion}`,
          ...(near === undefined ? {} : { fixes: [{ title: `Change to "${near}"`, changes: [{ kind: 'replace', path: place, within, text: near }] }] }),
        };
      }));
  });
}

const colonWords = new WeakMap<object, readonly string[]>();

/** Whether any text of a rule holds a word with a colon that is not recorded: few do, and only they are parsed for it. */
function mayNameUnrecorded(rule: Readonly<Record<string, unknown>>, byName: ReadonlyMap<string, unknown>): boolean {
  let words = colonWords.get(rule);
  if (words === undefined) colonWords.set(rule, (words = colonWordsOf(rule)));
  return words.some((word) => !byName.has(word));
}

function colonWordsOf({ expr, labels, annotations }: Readonly<Record<string, unknown>>): string[] {
  const templates = [labels, annotations].flatMap((map) => (isRecord(map) ? Object.values(map) : [])).filter((text) => typeof text === 'string' && text.includes('query'));
  return [expr, ...templates].flatMap((text) => (typeof text === 'string' && text.includes(':') ? text.match(/[\p{L}\p{N}_:]+/gu) ?? [] : [])).filter((word) => /[^:]:+[^:]/.test(word));
}
