/** The JSON schema for dashboards in files: what Grafana's own dashboards are, and what it says of faults. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { projectFolder } from '../host/workbench.ts';
import { missingShared, sharedFolder } from '../shared.ts';

/** As much of ajv as is used here; it comes with yaml-language-server. */
interface Ajv {
  compile(schema: unknown): ((value: unknown) => boolean) & { errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null };
}

const { default: AjvOfServer } = createRequire(createRequire(import.meta.url).resolve('yaml-language-server/package.json'))('ajv') as { default: new (options: object) => Ajv };
const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { contributes: { jsonValidation: { fileMatch: string[]; url: string }[] } };
const [contribution] = manifest.contributes.jsonValidation;
const validate = new AjvOfServer({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(join(projectFolder, contribution?.url ?? ''), 'utf8')));

test('every dashboard of kube-prometheus fits', { skip: missingShared('kube-prometheus') ?? false }, () => {
  const { items } = parse(readFileSync(join(sharedFolder, 'kube-prometheus/manifests/grafana-dashboardDefinitions.yaml'), 'utf8')) as { items: { data: Record<string, string> }[] };
  const dashboards = items.flatMap(({ data }) => Object.entries(data));
  assert.ok(dashboards.length > 25);
  for (const [name, text] of dashboards) assert.ok(validate(JSON.parse(text)), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
});

test('a fault is named where it stands', () => {
  const faults = (value: unknown) => (validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`));
  assert.deepEqual(faults({ title: 'T', panels: [{ type: 'timeseries', plugin: 1 }], of: 'a plugin' }), []);
  assert.deepEqual(faults({ panels: [] }), [' must have required property \'title\'']);
  assert.deepEqual(faults({ title: 'T', panels: {} }), ['/panels must be array']);
  assert.deepEqual(faults({ title: 'T', panels: [{ type: 'stat', gridPos: { w: 30 }, targets: [{ expr: 1 }] }] }), ['/panels/0/gridPos/w must be <= 24', '/panels/0/targets/0/expr must be string']);
  assert.deepEqual(faults({ title: 'T', templating: { list: [{ name: 'a b', type: 'query' }] } }), ['/templating/list/0/name must match pattern "^\\w+$"']);
});
