import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Finding } from '../../src/language/finding.ts';
import { LanguageService } from '../../src/language/languageService.ts';
import { defaultSettings } from '../../src/language/settings/settings.ts';
import { Workspace } from '../../src/language/workspace/workspace.ts';
import { mutate } from './mutations.ts';
import { Random } from './random.ts';
import { loadedStore } from './schemas/store.ts';
import { seedTexts } from './yaml/texts.ts';

const seed = Number(process.env['KUBEPROM_FUZZ_SEED'] ?? 20261124);
const mutations = 20_000;
/** Every so many answers one is compared with a fresh reader's. */
const sample = 20;
/** An answer may take this long, in milliseconds, before it counts as hanging. */
const hang = 1000;

let service: LanguageService;
before(async () => {
  service = new LanguageService(await loadedStore());
});

/** Checks a text and asserts what holds for every answer. */
function checked(workspace: Workspace, text: string): Finding[] {
  const started = process.cpuUsage();
  const file = workspace.set('a.yaml', text);
  const findings = service.check(file, workspace, defaultSettings);
  const { user, system } = process.cpuUsage(started);
  assert.ok((user + system) / 1000 < hang, `${String((user + system) / 1000)} ms for:\n${text.slice(0, 5000)}`);
  for (const finding of findings) {
    const spans = [finding.span, ...(finding.related ?? []).filter(({ uri }) => uri === undefined).map(({ span }) => span), ...(finding.fixes ?? []).flatMap(({ edits }) => edits.map(({ span }) => span))];
    for (const { start, end } of spans) assert.ok(0 <= start && start <= end && end <= text.length, `${finding.code} at ${String(start)} to ${String(end)} of ${String(text.length)}:\n${text.slice(0, 5000)}`);
  }
  return findings;
}

describe(`bad input, seed ${seed} (KUBEPROM_FUZZ_SEED)`, () => {
  test(`${mutations.toLocaleString('en')} mutations: every answer comes, lies in the file, and is that of a fresh reader`, () => {
    const random = new Random(seed);
    const texts = seedTexts(3000);
    const workspace = new Workspace();
    let withFindings = 0;
    let current = '';
    for (let count = 0; count < mutations; count++) {
      // A file goes through a few edits, then another begins.
      current = mutate(random, count % 8 === 0 ? random.pick(texts) : current, 1);
      const findings = checked(workspace, current);
      if (findings.length > 0) withFindings++;
      if (count % sample === 0) assert.deepEqual(findings, checked(new Workspace(), current), current);
    }
    assert.ok(withFindings > mutations / 10, `only ${String(withFindings)} answers had findings`);
  });

  const rule = (expr: string): string => `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: a\nspec:\n  groups:\n  - name: g\n    rules:\n    - record: a:b\n      expr: ${expr}\n`;
  const head = 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: a\nspec: ';
  const bomb = `a: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, level) => `b${String(level)}: &a${String(level + 1)} [${Array.from({ length: 10 }, () => `*a${String(level)}`).join(', ')}]\n`).join('')}`;
  const named: Readonly<Record<string, { text: string; codes?: readonly string[] }>> = {
    'nothing': { text: '', codes: [] },
    'unfinished YAML': { text: `${head}{groups: [{name: "a`, codes: ['yaml/syntax'] },
    'a binary': { text: '\u007fELF\u0000\u0001\u0002'.repeat(1000), codes: ['file/unread'] },
    'control characters': { text: `${head}\u0007`, codes: ['yaml/syntax'] },
    'more than 20 million characters': { text: `${head}${'x'.repeat(20_000_001)}`, codes: ['file/unread'] },
    '10,000 levels of blocks': { text: head + Array.from({ length: 10_000 }, (_, level) => `\n${' '.repeat(Math.min(level + 1, 1500))}a:`).join(''), codes: ['yaml/depth'] },
    '10,000 levels of dashes': { text: `${head}\n  ${'- '.repeat(10_000)}a`, codes: ['yaml/depth'] },
    '10,000 levels of flow': { text: `${head}${'['.repeat(10_000)}${']'.repeat(10_000)}`, codes: ['yaml/depth'] },
    '10,000 open brackets': { text: head + '{a: '.repeat(10_000), codes: ['yaml/depth'] },
    '10,000 parentheses in an expression': { text: rule('('.repeat(10_000) + 'up' + ')'.repeat(10_000)) },
    'an alias bomb': { text: `${head}\n  ${bomb.trimEnd().replaceAll('\n', '\n  ')}\n`, codes: ['yaml/syntax'] },
    'an anchor within itself': { text: `${head}&a\n  groups: *a\n`, codes: ['yaml/alias'] },
    'lone surrogates': { text: rule('up{a="\ud800"} \udc00') },
    'CRLF': { text: rule('sum(').replaceAll('\n', '\r\n'), codes: ['promql/syntax'] },
    'a BOM': { text: `\ufeff${rule('sum(')}`, codes: ['promql/syntax'] },
    'a Helm template': { text: `{{- if .Values.rules }}\n${rule('up == {{ .Values.limit }}').replace('name: a', 'name: {{ include "chart.name" . }}')}{{- end }}\n`, codes: [] },
    'a Go template around documents': { text: `{{ range $n := .Names }}\n---\n${rule('up')}{{ end }}\n`, codes: [] },
    'jsonnet': { text: "local k = import 'k.libsonnet';\n{\n  apiVersion: 'monitoring.coreos.com/v1',\n  kind: 'PrometheusRule',\n  spec: { groups: [x for x in k.groups] },\n}\n", codes: [] },
  };
  for (const [name, { text, codes }] of Object.entries(named)) {
    test(name, () => {
      const found = [...new Set(checked(new Workspace(), text).map(({ code }) => code))];
      if (codes !== undefined) assert.deepEqual(found.filter((code) => code.startsWith('yaml/') || code.startsWith('file/') || code.startsWith('promql/')), codes);
    });
  }

  test('a file of 100 MB on the command line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubeprom-'));
    try {
      const path = join(folder, 'huge.yaml');
      const file = await open(path, 'w');
      await file.truncate(100 * 1024 * 1024);
      await file.close();
      // The program itself finds its schemas beside its bundle, which tests do not build.
      const program = `
        import { readFile } from 'node:fs/promises';
        import { check } from ${JSON.stringify(new URL('../../src/cli/check.ts', import.meta.url).href)};
        process.exitCode = await check(['--format', 'json', ${JSON.stringify(path)}], { readSchema: (name) => readFile(new URL(name, ${JSON.stringify(new URL('../../schemas/', import.meta.url).href)}), 'utf8') });`;
      const output = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program]);
      assert.match(output.stdout, /"code": ?"file\/unread"/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
