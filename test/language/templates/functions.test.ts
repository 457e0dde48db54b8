import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtins } from '../../../src/language/templates/builtins.ts';
import { expandTemplate } from '../../../src/language/templates/expand.ts';
import { functions, signature } from '../../../src/language/templates/functions.ts';
import { prometheusFunctions } from '../../../src/language/templates/prometheusFunctions.ts';

const surroundings = { externalURL: 'http://prometheus.example.com/prom', now: Date.UTC(2024, 0, 1) };

test('each function of the table does something, and nothing else does', () => {
  const byOrigin = (origin: string): string[] => [...functions.values()].filter((f) => f.origin === origin).map(({ name }) => name).sort();
  // The evaluator itself does those that do not see all of their arguments.
  assert.deepEqual(byOrigin('go'), [...Object.keys(builtins), 'and', 'or', 'call'].sort());
  assert.deepEqual(byOrigin('prometheus'), Object.keys(prometheusFunctions(surroundings)).sort());
});

test('signatures read as documentation', () => {
  assert.equal(signature(functions.get('printf') ?? assert.fail()), 'printf(format string, values ...any) string');
  assert.equal(signature(functions.get('now') ?? assert.fail()), 'now() float64');
});

test('each example expands to what it says', () => {
  const sample = { labels: { instance: 'a:9090', job: 'node', __value__: '1' }, value: 1 };
  for (const { name, example } of functions.values()) {
    const [template = '', result] = example.split(' → ');
    const expansion = expandTemplate(template.replace('template "row"', 'print'), {
      ...surroundings, labels: { instance: 'a:9090', job: 'node', version: '2.53.0', severity: 'critical' }, externalLabels: {}, value: 1234567.891, query: () => [sample],
    });
    if (name === 'call') assert.ok('error' in expansion);
    else {
      assert.ok('text' in expansion, `${example}: ${JSON.stringify(expansion)}`);
      if (result !== undefined) assert.equal(expansion.text, result);
    }
  }
});
