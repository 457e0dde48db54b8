/** The grammars that colour PromQL and templates before the server has an answer, run by VS Code's own tokenizer. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ensureRelease } from '../host/codeServer.ts';
import { newest } from '../host/releases.ts';
import { projectFolder } from '../host/workbench.ts';
import { rulesFile } from './editing.ts';

interface Grammar {
  tokenizeLine(line: string, state: unknown): { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}

/** What is used of vscode-textmate and vscode-oniguruma, which VS Code brings along. */
interface Textmate {
  INITIAL: unknown;
  parseRawGrammar(text: string, path: string): unknown;
  Registry: new (options: { onigLib: Promise<unknown>; loadGrammar: (scope: string) => Promise<unknown>; getInjections: (scope: string) => string[] }) => { loadGrammar(scope: string): Promise<Grammar | null> };
}
interface Oniguruma {
  loadWASM(data: Uint8Array): Promise<void>;
  OnigScanner: new (patterns: string[]) => unknown;
  OnigString: new (text: string) => unknown;
}

let grammars: (scope: string) => Promise<Grammar | null>;

before(async () => {
  const { main } = await ensureRelease(newest);
  const vscode = dirname(dirname(main));
  const load = createRequire(join(vscode, 'package.json'));
  const textmate = load('vscode-textmate') as Textmate;
  const oniguruma = load('vscode-oniguruma') as Oniguruma;
  await oniguruma.loadWASM(readFileSync(join(dirname(load.resolve('vscode-oniguruma')), 'onig.wasm')));
  const yaml = join(vscode, 'extensions/yaml/syntaxes');
  const files: Readonly<Record<string, string>> = {
    'source.yaml': join(yaml, 'yaml.tmLanguage.json'),
    ...Object.fromEntries(['1.0', '1.1', '1.2', '1.3', 'embedded'].map((version) => [`source.yaml.${version}`, join(yaml, `yaml-${version}.tmLanguage.json`)])),
    'source.promql': join(projectFolder, 'syntaxes/promql.tmLanguage.json'),
    'kubeprom.injection.promql': join(projectFolder, 'syntaxes/promql.injection.tmLanguage.json'),
    'kubeprom.injection.template': join(projectFolder, 'syntaxes/template.injection.tmLanguage.json'),
  };
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns), createOnigString: (text: string) => new oniguruma.OnigString(text) }),
    loadGrammar: (scope) => Promise.resolve(files[scope] === undefined ? null : textmate.parseRawGrammar(readFileSync(files[scope], 'utf8'), files[scope])),
    getInjections: (scope) => (scope === 'source.yaml' ? ['kubeprom.injection.promql', 'kubeprom.injection.template'] : []),
  });
  grammars = (scope) => registry.loadGrammar(scope);
});

/** The scopes of each token of a text, by the token; of one that stands there twice, the last. */
async function tokens(scope: string, text: string): Promise<Map<string, string[]>> {
  const grammar = await grammars(scope);
  assert.ok(grammar !== null);
  const found = new Map<string, string[]>();
  let state: unknown = null;
  for (const line of text.split('\n')) {
    const result = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of result.tokens) found.set(line.slice(startIndex, endIndex).trim(), scopes);
    state = result.ruleStack;
  }
  return found;
}

/** Asserts that a token has a scope that begins so. */
function has(found: Map<string, string[]>, token: string, scope: string): void {
  assert.ok(found.get(token)?.some((one) => one.startsWith(scope)), `${token} is ${JSON.stringify(found.get(token))} in ${JSON.stringify([...found.keys()])}`);
}

const expression = 'sum by (shop) (rate(orders_total{region="north"}[5m])) > 10';

describe('the grammar of PromQL', () => {
  test('in a file of its own', async () => {
    const found = await tokens('source.promql', `# why\n${expression} and on (a) up offset 1h # more`);
    has(found, '# why', 'comment.line');
    has(found, 'sum', 'support.function.aggregation');
    has(found, 'by', 'keyword.other');
    has(found, 'shop', 'variable.other.property.label');
    has(found, 'rate', 'support.function');
    has(found, 'orders_total', 'variable.other.metric');
    has(found, 'region', 'variable.other.property.label');
    has(found, 'north', 'string.quoted.double');
    has(found, '5m', 'constant.numeric.duration');
    has(found, '10', 'constant.numeric');
    has(found, 'and', 'keyword.operator.word');
    has(found, 'offset', 'keyword.other');
  });

  for (const [style, written] of Object.entries({ literal: `|\n    ${expression}`, 'literal with a comment and a blank line': `|- # why\n    # inside\n\n    ${expression}`, folded: `>\n    ${expression}`, plain: expression })) {
    test(`inside YAML, ${style}, and no further`, async () => {
      const found = await tokens('source.yaml', rulesFile(`- alert: A\n  expr: ${written}\n  for: 10m\n  labels:\n    severity: rate`));
      has(found, 'sum', 'support.function.aggregation.promql');
      has(found, 'orders_total', 'variable.other.metric.promql');
      has(found, 'expr', 'entity.name.tag.yaml');
      has(found, 'for', 'entity.name.tag.yaml');
      for (const token of ['10m', 'rate', 'severity', 'for']) {
        if (token !== 'rate') assert.ok(!found.get(token)?.some((scope) => scope.includes('promql')), `${token}: ${JSON.stringify(found.get(token))}`);
      }
      assert.ok(found.get('rate')?.every((scope) => !scope.includes('promql')), 'the severity is no function');
    });
  }

  test('templates inside strings of every style', async () => {
    for (const written of ['No orders from {{ $labels.shop | toUpper }}', '"No orders from {{ $labels.shop | toUpper }}"', "'No orders from {{ $labels.shop | toUpper }}'", '|\n      No orders from {{ $labels.shop | toUpper }}']) {
      const found = await tokens('source.yaml', rulesFile(`- alert: A\n  expr: up\n  annotations:\n    summary: ${written}\n    other: $labels`));
      has(found, '.shop', 'variable.other.property.template');
      has(found, 'toUpper', 'support.function.template');
      has(found, '{{', 'punctuation.section.embedded.begin');
      assert.ok(!found.get('$labels')?.some((scope) => scope.includes('template')), 'outside of braces it is text');
    }
  });

  test('keys of other things are left alone', async () => {
    const found = await tokens('source.yaml', 'expression: sum by (a) (b)\nother:\n  - text: sum\n');
    assert.ok([...found.values()].flat().every((scope) => !scope.includes('promql')));
  });
});
