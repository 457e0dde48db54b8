/** The folder schemas/ as its other users have it: index.json given to monaco-yaml, in a real Chromium. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { type BrowserPage, openPage } from '../host/browserPage.ts';
import { temporaryFolder } from '../host/processes.ts';
import { projectFolder } from '../host/workbench.ts';

interface IndexEntry { readonly uri: string; readonly fileMatch: readonly string[]; readonly schema: { readonly $ref: string } }

const index = JSON.parse(readFileSync(join(projectFolder, 'schemas', 'index.json'), 'utf8')) as IndexEntry[];

describe('schemas/ under monaco-yaml', () => {
  let browser: BrowserPage;

  before(async () => {
    const bundles = temporaryFolder('monaco');
    await build({
      absWorkingDir: projectFolder,
      entryPoints: { page: 'test/browser/monacoPage.ts', yaml: 'monaco-yaml/yaml.worker', editor: 'monaco-editor/esm/vs/editor/editor.worker.js' },
      outdir: bundles,
      bundle: true,
      format: 'esm',
      target: 'es2023',
      loader: { '.ttf': 'empty', '.css': 'empty' },
      logLevel: 'silent',
    });
    browser = await openPage({ bundles, schemas: join(projectFolder, 'schemas') }, '<!doctype html><meta charset="utf-8"><title>schemas</title><script type="module" src="/bundles/page.js"></script>');
  });

  after(() => browser.close());

  for (const { uri, fileMatch } of index) {
    const file = (fileMatch[0] ?? '').replace('*', 'shop');

    test(`${uri} is found by the name ${file} and marks an unknown field`, async () => {
      const { version, kind } = groupVersionKind(uri);
      const good = `apiVersion: monitoring.coreos.com/${version}\nkind: ${kind}\nmetadata:\n  name: shop\n`;
      const found = await markersOf(file, `${good}nonsense: true\n`, ({ length }) => length > 0);
      assert.ok(found.some((message) => message.includes('nonsense')), `a marker on "nonsense" among ${JSON.stringify(found)}`);
    });
  }

  test('a file that is fine but for one field has one marker, and a wrong type in its depth has its own', async () => {
    const rules = readFileSync(join(projectFolder, 'samples', 'shop', 'rules.yaml'), 'utf8').replace('anotations:', 'annotations:');
    const found = await markersOf('fine.prometheusrule.yaml', `${rules}\nnonsense: true\n`, ({ length }) => length > 0);
    assert.deepEqual(found, ['Property nonsense is not allowed.']);
    await markersOf('wrong.prometheusrule.yaml', rules.replace('interval: 30s', 'interval: [30]'), (messages) => messages.some((message) => message.includes('Expected "string"')));
  });

  /** Messages of the markers as soon as `accept` likes them; fails after 30 s. */
  async function markersOf(file: string, text: string, accept: (messages: readonly string[]) => boolean): Promise<string[]> {
    await browser.page.evaluate(([name, content]) => { window.schemas.show(name, content); }, [file, text] as const);
    const end = Date.now() + 30_000;
    for (;;) {
      const messages = await browser.page.evaluate(() => window.schemas.markers());
      if (accept(messages)) return messages;
      if (Date.now() > end) throw new Error(`After 30 s the markers of ${file} were still ${JSON.stringify(messages)}\n${browser.lines().join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

function groupVersionKind(uri: string): { version: string; kind: string } {
  const entry = index.find((one) => one.uri === uri);
  const schema = JSON.parse(readFileSync(join(projectFolder, 'schemas', entry?.schema.$ref ?? ''), 'utf8')) as { 'x-kubernetes-group-version-kind': { version: string; kind: string }[] };
  const [gvk] = schema['x-kubernetes-group-version-kind'];
  if (gvk === undefined) throw new Error(`${uri} names no kind`);
  return gvk;
}
