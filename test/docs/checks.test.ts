import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { docsAnchor } from '../../src/language/docsLink.ts';
import { validateAlertmanagerConfig } from '../../src/language/kinds/alertmanagerConfig/check.ts';
import type { KubernetesObject } from '../../src/language/kinds/objects.ts';
import { pintChecks } from '../../src/language/pintComments.ts';
import { checkRelabelLoading } from '../../src/language/relabel/checkRelabelLoading.ts';
import type { KindSchema } from '../../src/language/schemas/types.ts';
import { validate } from '../../src/language/schemas/validate.ts';
import { defaultSettings, type PathSettings, plainKinds } from '../../src/language/settings/settings.ts';
import { readSettings } from '../../src/language/settings/settingsFile.ts';
import { SourceFile } from '../../src/language/workspace/sourceFile.ts';
import { check, checkAll, ruleFile, service, workspaceOf } from '../language/check.ts';

const page = readFileSync(new URL('../../docs/checks.md', import.meta.url), 'utf8');
const source = fileURLToPath(new URL('../../src/language/', import.meta.url));

/** A heading that is a code, with the text up to the next heading. */
interface Section {
  readonly code: string;
  readonly text: string;
}

const sections: readonly Section[] = page.split(/^(?=#{1,3} )/m).flatMap((text): Section[] => {
  const code = /^### ([a-z0-9-]+\/[a-z0-9-]+)$/m.exec(text)?.[1];
  return code === undefined ? [] : [{ code, text }];
});

/** A fenced block: ```` ```yaml KIND option=value ```` (see "How to read the examples" in docs/checks.md). */
interface Example {
  readonly form: string;
  readonly options: readonly string[];
  readonly body: string;
}

function examplesOf({ text }: Section): Example[] {
  return [...text.matchAll(/^```yaml ([^\n]+)\n(.*?)^```$/gms)].map((match) => {
    const [form = '', ...options] = (match[1] ?? '').split(' ');
    return { form, options, body: match[2] ?? '' };
  });
}

const alphaKinds = ['AlertmanagerConfig', 'ScrapeConfig', 'PrometheusAgent'];

/** The file that an example stands for. */
function fileOf({ form, body }: Example): string {
  if (form === 'file' || form === 'plain') return body;
  const [spec = '', ...others] = body.split(/^---\n/m);
  const object =
    form === 'rules'
      ? ruleFile(spec)
      : `apiVersion: monitoring.coreos.com/${alphaKinds.includes(form) ? 'v1alpha1' : 'v1'}\nkind: ${form}\nmetadata:\n  name: checkout\n  namespace: shop\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}`;
  return [object, ...others].join('---\n');
}

function settingsOf(options: readonly string[]): PathSettings {
  const values = new Map(options.map((option): [string, string] => [option.replace(/=.*/, ''), option.replace(/^[^=]*=?/, '')]));
  const target = {
    operatorVersion: values.get('operator'),
    prometheusVersion: values.get('prometheus'),
    alertmanagerVersion: values.get('alertmanager'),
    features: values.get('features')?.split(','),
  };
  const plain = plainKinds.find((kind) => kind === values.get('is'));
  return { ...defaultSettings, ...(plain === undefined ? {} : { plain }), target: Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined)) };
}

async function codesOf(example: Example): Promise<string[]> {
  if (example.form === '.kubeprom.yaml') {
    const [document] = new SourceFile('settings', example.body).documents;
    return readSettings(document?.toJS()).problems.map(({ code }) => code);
  }
  const settings = settingsOf(example.options);
  if (example.form === 'relabelings') return (await service.relabelList(parse(example.body), settings.target)).problems.map(({ code }) => code);
  const workspace = await workspaceOf({ 'example.yaml': fileOf(example) }, { settings, complete: example.options.includes('complete') });
  return checkAll(workspace, settings).map(({ code }) => code);
}

const codes = (problems: readonly { readonly code: string }[]): string[] => problems.map(({ code }) => code);

function objectOf(kind: string, spec: unknown): KubernetesObject {
  return { apiVersion: 'monitoring.coreos.com/v1alpha1', kind, metadata: { name: 'checkout' }, spec };
}

async function codesIn(text: string): Promise<string[]> {
  return (await check(text)).map(({ code }) => code);
}

/** What no page can show: texts that are too long, or no text at all, a schema that no kind has, and a chart that helm refuses. */
const unprinted: Readonly<Record<string, () => Promise<string[]>>> = {
  'file/unread': () => codesIn('a: \0'),
  'chart/not-rendered': async () => {
    const workspace = await workspaceOf({ 'Chart.yaml': 'name: shop\n' });
    workspace.setRendering('', { failure: 'There is no helm in PATH.' });
    return checkAll(workspace).map(({ code }) => code);
  },
  'rule/too-large': () => codesIn(ruleFile(`- alert: Down\n  expr: up == 0\n  labels: {severity: page}\n  annotations: {summary: Down, description: ${'a'.repeat(530_000)}}`)),
  'alertmanagerconfig/type': () => Promise.resolve(codes(validateAlertmanagerConfig(objectOf('AlertmanagerConfig', { route: { receiver: 5 } })))),
  'relabel/modulus-negative': () => Promise.resolve(codes(checkRelabelLoading([{ sourceLabels: ['a'], targetLabel: 'b', modulus: -2, action: 'hashmod' }], []))),
  'schema/combination': () => Promise.resolve(codes(validate({ spec: 'a' }, { type: 'object', properties: { spec: { anyOf: [{ type: 'integer' }] } } } as unknown as KindSchema))),
  'yaml/depth': () => codesIn(ruleFile('- record: a\n  expr: up').replace('spec:', `spec:\n  deep: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
};

describe('docs/checks.md', () => {
  test('has a section for every code, once, and for nothing else', () => {
    assert.deepEqual(sections.map(({ code }) => code).sort(), [...codesInSource()].sort());
  });

  test('has headings that the links of findings lead to', () => {
    for (const { code } of sections) assert.match(docsAnchor(code), /^[a-z0-9-]+$/);
  });

  test('tells which checks of pint are which here', () => {
    const table = page.slice(page.indexOf('## Those who come from pint'));
    const rows = [...table.matchAll(/^\| ([a-z]+\/[a-z_]+) \| ([a-z0-9/, -]+) \|$/gm)].map((match) => [match[1], (match[2] ?? '').split(', ')]);
    assert.deepEqual(Object.fromEntries(rows), pintChecks);
    for (const code of Object.values(pintChecks).flat()) assert.ok(sections.some((section) => section.code === code), code);
  });

  for (const section of sections) {
    test(`${section.code}: its examples are found, and nothing else in them`, async () => {
      const generated = Object.hasOwn(unprinted, section.code) ? unprinted[section.code] : undefined;
      const examples = examplesOf(section);
      if (generated !== undefined) {
        assert.deepEqual(examples, []);
        assert.deepEqual([...new Set(await generated())], [section.code]);
        return;
      }
      assert.ok(examples.length > 0, 'no example');
      for (const example of examples) assert.deepEqual([...new Set(await codesOf(example))], [section.code], example.body);
    });
  }
});

/** Every code that the language room can give: literals, and the unions that complete a family's name. */
function codesInSource(): Set<string> {
  const codes = new Set<string>();
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name === 'pintComments.ts') continue;
    const text = readFileSync(source + name, 'utf8');
    for (const match of text.matchAll(/'([a-z][a-z0-9-]*\/[a-z0-9-]+)'/g)) if (!notCodes.has(match[1] ?? '')) codes.add(match[1] ?? '');
    const add = (family: string, pattern: RegExp): void => {
      for (const match of text.matchAll(pattern)) codes.add(`${family}/${match[1] ?? ''}`);
    };
    if (name.endsWith('alertmanagerConfig/verdict.ts')) add('alertmanagerconfig', /(?<=export type Code =[^;]*)'([a-z-]+)'/g);
    if (name.startsWith('schemas/')) add('schema', /(?:#report\(|code: )'([a-z-]+)'/g);
    if (name.endsWith('rules/rule.ts') && text.includes("'label' : 'annotation'}-name")) codes.add('rule/annotation-name').add('rule/label-name');
  }
  return codes;
}

const notCodes: ReadonlySet<string> = new Set(['kubeprom/configuration', 'kubeprom/status', 'kubeprom/v1']);
