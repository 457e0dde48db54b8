import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { missingShared, sharedFolder } from '../shared.ts';
import { folderOf, kubeprom } from './run.ts';

interface JsonReport {
  version: number;
  files: number;
  documents: number;
  findings: { file: string; range: { start: { line: number; character: number }; end: { line: number; character: number } }; severity: string; code: string; message: string; object: unknown; fixes: { title: string }[]; docs: string }[];
}

const good = ruleFile('- alert: A\n  expr: up == 0\n  labels: {severity: page}\n  annotations: {summary: x}');
const bad = ruleFile('- alert: A\n  expr: rate(up) > 0\n  anotations:\n    summary: x');

test('the exit code tells whether there are errors', async (t) => {
  const folder = await folderOf({ 'good.yaml': good, 'bad.yaml': bad });
  t.after(folder.remove);
  assert.equal((await kubeprom(['check', 'good.yaml'], { cwd: folder.path })).code, 0);
  assert.equal((await kubeprom(['check'], { cwd: folder.path })).code, 1);
  const missing = await kubeprom(['check', 'nowhere.yaml'], { cwd: folder.path });
  assert.deepEqual([missing.code, missing.stderr], [2, 'kubeprom check: "nowhere.yaml" is not there.\n']);
  assert.equal((await kubeprom(['check', '--nonsense'], { cwd: folder.path })).code, 2);
  assert.equal((await kubeprom(['check', '--prometheus-version', 'new'], { cwd: folder.path })).code, 2);
});

test('the JSON form has zero-based UTF-16 ranges, the object, fixes and links', async (t) => {
  const folder = await folderOf({ 'rules/bad.yaml': `# 😀\n${bad}` });
  t.after(folder.remove);
  const { stdout } = await kubeprom(['check', '--format', 'json', 'rules'], { cwd: folder.path });
  const report = JSON.parse(stdout) as JsonReport;
  assert.deepEqual([report.version, report.files, report.documents], [1, 1, 1]);
  const syntax = report.findings.find((finding) => finding.code === 'promql/syntax');
  assert.deepEqual(syntax?.range, { start: { line: 10, character: 21 }, end: { line: 10, character: 23 } });
  assert.deepEqual([syntax?.file, syntax?.severity, syntax?.docs], ['rules/bad.yaml', 'error', 'docs/checks.md#promqlsyntax']);
  assert.deepEqual(syntax?.object, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', name: 'test' });
  assert.deepEqual(report.findings.find((finding) => finding.code === 'schema/unknown-field')?.fixes[0]?.title, 'Change to "annotations"');
});

test('SARIF and GitHub forms name file, place and code', async (t) => {
  const folder = await folderOf({ 'bad.yaml': bad });
  t.after(folder.remove);
  const { stdout: github } = await kubeprom(['check', '--format', 'github'], { cwd: folder.path });
  assert.match(github, /^::error file=bad\.yaml,line=10,col=22,endLine=10,endColumn=24,title=promql\/syntax::expected type range vector/m);
  const sarif = JSON.parse((await kubeprom(['check', '--format', 'sarif'], { cwd: folder.path })).stdout) as { version: string; runs: { results: { ruleId: string; level: string }[] }[] };
  assert.equal(sarif.version, '2.1.0');
  assert.ok(sarif.runs[0]?.results.some((result) => result.ruleId === 'promql/syntax' && result.level === 'error'));
});

test('--fix mends what has one right outcome', async (t) => {
  const folder = await folderOf({ 'bad.yaml': bad.replace('rate(up) > 0', 'up == 0') });
  t.after(folder.remove);
  assert.equal((await kubeprom(['check', '--fix'], { cwd: folder.path })).code, 0);
  assert.match(await readFile(join(folder.path, 'bad.yaml'), 'utf8'), /^ {10}annotations:$/m);
});

test('--baseline counts old findings and fails for new ones', async (t) => {
  const folder = await folderOf({ 'bad.yaml': bad });
  t.after(folder.remove);
  await writeFile(join(folder.path, 'old.json'), (await kubeprom(['check', '--format', 'json', 'bad.yaml'], { cwd: folder.path })).stdout);
  const same = await kubeprom(['check', '--baseline', 'old.json', 'bad.yaml'], { cwd: folder.path });
  assert.equal(same.code, 0, same.stdout);
  assert.match(same.stderr, /findings of the baseline/);
  await writeFile(join(folder.path, 'bad.yaml'), `# moved\n${bad}${bad.replace('kind: PrometheusRule', '').replace('apiVersion', '---\nkind: PrometheusRule\napiVersion').replace('rate(up)', 'sum(')}`);
  assert.equal((await kubeprom(['check', '--baseline', 'old.json', 'bad.yaml'], { cwd: folder.path })).code, 1);
  assert.equal((await kubeprom(['check', '--baseline', 'bad.yaml', 'bad.yaml'], { cwd: folder.path })).code, 2);
});

test('--changed-since reports changed and new files only', async (t) => {
  const folder = await folderOf({ 'old.yaml': bad });
  t.after(folder.remove);
  const git = (...args: string[]): void => { execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder.path, stdio: 'ignore' }); };
  git('init');
  git('add', '.');
  git('commit', '-m', 'first');
  assert.equal((await kubeprom(['check', '--changed-since', 'HEAD'], { cwd: folder.path })).code, 0);
  await writeFile(join(folder.path, 'new.yaml'), bad);
  const { code, stdout } = await kubeprom(['check', '--changed-since', 'HEAD', '--format', 'json'], { cwd: folder.path });
  assert.equal(code, 1);
  assert.deepEqual([...new Set((JSON.parse(stdout) as JsonReport).findings.map((finding) => finding.file))], ['new.yaml']);
  assert.equal((await kubeprom(['check', '--changed-since', 'nothing'], { cwd: folder.path })).code, 2);
});

test('--stdin judges a text under its name', async () => {
  const { code, stdout } = await kubeprom(['check', '--stdin', '--stdin-filename', 'x/y.yaml', '--format', 'json'], { stdin: bad });
  assert.equal(code, 1);
  assert.equal((JSON.parse(stdout) as JsonReport).findings[0]?.file, 'x/y.yaml');
});

test('--enable-feature takes names as Prometheus does, --max-warnings counts', async (t) => {
  const folder = await folderOf({
    'a.yaml': ruleFile('- record: a:b\n  expr: limitk(1, up)'), 'b.yaml': ruleFile('- record: a:b\n  expr: up\n- record: a:b\n  expr: up'),
  });
  t.after(folder.remove);
  assert.equal((await kubeprom(['check', 'a.yaml'], { cwd: folder.path })).code, 1);
  assert.equal((await kubeprom(['check', '--enable-feature', 'remote-write-receiver,promql-experimental-functions', 'a.yaml'], { cwd: folder.path })).code, 0);
  assert.equal((await kubeprom(['check', 'b.yaml'], { cwd: folder.path })).code, 0);
  assert.equal((await kubeprom(['check', '--max-warnings', '0', 'b.yaml'], { cwd: folder.path })).code, 1);
});

test('.kubeprom.yaml decides levels, versions and exclusions for its folder', async (t) => {
  const folder = await folderOf({
    'a/rules.yaml': ruleFile('- record: a:b\n  expr: limitk(1, up)'),
    'a/.kubeprom.yaml': 'features: [promql-experimental-functions]\n',
    'b/rules.yaml': bad,
    '.kubeprom.yaml': 'exclude: ["**/generated/**"]\npaths:\n  - match: "b/**"\n    checks:\n      promql/syntax: off\n      schema: warning\n',
    'generated/rules.yaml': bad,
  });
  t.after(folder.remove);
  const { code, stdout } = await kubeprom(['check', '--format', 'json'], { cwd: folder.path });
  const findings = (JSON.parse(stdout) as JsonReport).findings.filter((finding) => finding.severity !== 'information');
  assert.deepEqual(findings.map((finding) => [finding.file, finding.code, finding.severity]), [['b/rules.yaml', 'schema/unknown-field', 'warning']]);
  assert.equal(code, 0);
  await writeFile(join(folder.path, '.kubeprom.yaml'), 'cheks: {}\n');
  const faulty = await kubeprom(['check'], { cwd: folder.path });
  assert.equal(faulty.code, 2);
  assert.match(faulty.stderr, /cheks/);
});

test('every object of kube-prometheus passes', { skip: missingShared('kube-prometheus/manifests') ?? false }, async () => {
  const { code, stdout } = await kubeprom(['check', join(sharedFolder, 'kube-prometheus/manifests')]);
  assert.equal(code, 0, stdout);
});
