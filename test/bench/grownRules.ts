import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { sharedFolder } from '../shared.ts';

type Rule = Record<string, unknown>;
interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly [field: string]: unknown;
}

/** An input for the benchmark: PrometheusRule documents by file name, and the same groups as plain rule files. */
export interface GrownInput {
  readonly manifests: ReadonlyMap<string, string>;
  readonly ruleFiles: ReadonlyMap<string, string>;
  readonly rules: number;
  readonly lines: number;
}

/** Each document stays well below the 512 KiB that the operator allows for an object. */
const documentBytes = 300_000;

/** kube-prometheus' rule groups, as they stand in ../shared; empty when it is not beside the project. */
function upstreamGroups(): Group[] {
  const folder = join(sharedFolder, 'kube-prometheus/manifests');
  return readdirSync(folder).filter((name) => name.endsWith('prometheusRule.yaml')).sort()
    .flatMap((name) => (parseDocument(readFileSync(join(folder, name), 'utf8')).toJS() as { spec: { groups: Group[] } }).spec.groups);
}

/** The rules one after the other, again and again, each round with other names and other numbers. */
function* grown(groups: readonly Group[]): Generator<{ group: Group; rule: Rule }> {
  for (let round = 0; ; round++) {
    for (const group of groups) {
      const changed = (text: string): string =>
        text.replaceAll(/\b(\d+)(?=\s*$|\s*[*)])/gm, (digits) => String(Number(digits) + round)).replaceAll(/\b(job|namespace|instance)(?==)/g, (label) => (round % 3 === 0 ? label : `${label}${String(round)}`));
      const renamed: Group = { ...group, name: `${group.name}-${String(round)}` };
      for (const rule of group.rules) {
        const name = typeof rule['alert'] === 'string' ? { alert: `${rule['alert']}${String(round)}` } : { record: `${String(rule['record'])}:${String(round)}` };
        yield { group: renamed, rule: { ...rule, ...name, expr: changed(String(rule['expr'])) } };
      }
    }
  }
}

/** kube-prometheus' rules grown to a number of rules in a number of files. */
export function grownRules(files: number, rules: number): GrownInput {
  const source = grown(upstreamGroups());
  const manifests = new Map<string, string>();
  const ruleFiles = new Map<string, string>();
  const perFile = Math.ceil(rules / files);
  let made = 0;
  for (let file = 0; file < files; file++) {
    const documents: string[] = [];
    const all: Group[] = [];
    for (let groups: Group[] = [], size = 0, count = 0; ; count++) {
      const isFull = count === perFile || made === rules;
      if ((isFull || size > documentBytes) && groups.length > 0) {
        documents.push(document(`grown-${String(file)}-${String(documents.length)}`, groups));
        all.push(...groups);
        groups = [];
        size = 0;
      }
      if (isFull) break;
      const next = source.next().value as { group: Group; rule: Rule };
      const last = groups.at(-1);
      if (last?.name === next.group.name) (last.rules as Rule[]).push(next.rule);
      else groups.push({ ...next.group, name: all.some(({ name }) => name === next.group.name) ? `${next.group.name}-${String(count)}` : next.group.name, rules: [next.rule] });
      size += JSON.stringify(next.rule).length;
      made++;
    }
    manifests.set(`grown-${String(file)}.yaml`, documents.join('---\n'));
    ruleFiles.set(`grown-${String(file)}.yaml`, text({ groups: all }));
  }
  const lines = [...manifests.values()].reduce((sum, content) => sum + content.split('\n').length - 1, 0);
  return { manifests, ruleFiles, rules: made, lines };
}

function document(name: string, groups: readonly Group[]): string {
  return text({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { labels: { prometheus: 'k8s', role: 'alert-rules' }, name, namespace: 'monitoring' }, spec: { groups } });
}

/** Block scalars for texts of several lines, as people write them. */
function text(value: unknown): string {
  return stringify(value, { lineWidth: 0, version: '1.1', indentSeq: false, aliasDuplicateObjects: false, blockQuote: 'literal' });
}
