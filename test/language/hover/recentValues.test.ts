import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lexer, walkTokens } from 'marked';
import { recentValues } from '../../../src/extension/queries/recentValues.ts';
import type { MetricFacts } from '../../../src/language/completion/knowledge.ts';
import { lineColors, recentMarkdown, type RecentValues } from '../../../src/language/hover/recentValues.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { inRules, marked, service } from '../completion/files.ts';

const one: RecentValues = { server: 'Prometheus monitoring/k8s', count: 1, isRate: false, now: [{ labels: { __name__: 'up', job: 'node' }, value: '1' }], lines: [{ name: '', values: [0, null, 0.5, 1] }] };

/** The picture in a hover. */
const picture = (markdown: string): string => decodeURIComponent(/\(data:image\/svg\+xml,([^)]*)\)/.exec(markdown)?.[1] ?? '');

describe('a metric\'s values in a hover', () => {
  test('are those of now, with a picture of the last hour and a text for it', () => {
    const markdown = recentMarkdown(one);
    assert.match(markdown, /^Now in Prometheus monitoring\/k8s: `1`\.\n\n!\[The last hour\\\. It lay from 0 to 1, last 1\\\.\]\(data:[^)]*\)\n\nThe last hour: `from 0 to 1`\n\n`up\{job="node"\}`$/);
    // A gap is a gap, and a value alone is seen.
    assert.match(picture(markdown), /^<svg [^>]*><path d="M2\.0 56\.0h0\.1M212\.7 30\.0L318\.0 4\.0" fill="none" stroke="#[0-9a-f]{6}"[^>]*\/><\/svg>$/);
    assert.equal(recentMarkdown({ ...one, count: 0 }), 'No series of it in Prometheus monitoring/k8s now.');
    const many = recentMarkdown({ ...one, count: 7, isRate: true, now: [...one.now, { labels: { job: 'b' }, value: '2' }], lines: ['min', 'avg', 'max'].map((name, index) => ({ name, values: [index, index + 1] })) });
    assert.match(many, /: 7 series\.\n\n!\[[^\]]*\]\([^)]*\)\n\nThe last hour, increase per second: min `from 0 to 1` · avg `from 1 to 2` · max `from 2 to 3`\n\n- `up\{job="node"\}`: `1`\n- `\{job="b"\}`: `2`\n- and 5 more$/);
    const alike = recentMarkdown({ ...one, count: 2, now: ['a', 'b'].map((pod) => ({ labels: { __name__: 'up', job: 'node', pod }, value: '1' })) });
    assert.match(alike, /\n- `\{pod="a"\}`: `1`\n- `\{pod="b"\}`: `1`$/, 'what tells them apart');
    assert.equal(picture(many).match(/<path /g)?.length, 3);
    assert.equal(new Set(picture(many).match(/stroke-dasharray="[^"]*"/g)).size, 2, 'told apart without their colours');
  });

  test('are written, not interpreted', () => {
    const hostile = '](command:x) <img src=x> `${1}`';
    const markdown = recentMarkdown({ ...one, server: hostile, now: [{ labels: { job: hostile }, value: hostile }], lines: [{ name: hostile, values: [1, 2] }, { name: 'b', values: [1, 2] }] });
    const kinds: string[] = [];
    walkTokens(lexer(markdown), ({ type }) => { kinds.push(type); });
    assert.deepEqual([kinds.filter((kind) => kind === 'image').length, kinds.filter((kind) => kind === 'link' || kind === 'html')], [1, []]);
    assert.doesNotMatch(picture(markdown), /img|command/);
  });

  test('are seen in every theme', () => {
    const luminance = (color: string): number => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0);
    for (const color of lineColors) {
      // The grounds of hovers in VS Code's own light, dark and high contrast themes.
      for (const ground of ['#ffffff', '#f3f3f3', '#f8f8f8', '#252526', '#202020', '#1f1f1f', '#000000']) {
        const [dark, light] = [luminance(color), luminance(ground)].toSorted((a, b) => a - b) as [number, number];
        assert.ok((light + 0.05) / (dark + 0.05) >= 3, `${color} on ${ground}: ${((light + 0.05) / (dark + 0.05)).toFixed(2)}`);
      }
    }
  });

  test('are asked with the matchers at the cursor, by what the metric is', async () => {
    const asked: unknown[] = [];
    const facts: MetricFacts = {
      metricNames: () => Promise.resolve([]), labelNames: () => Promise.resolve([]), labelValues: () => Promise.resolve([]),
      metadataOf: (name) => Promise.resolve({ type: name === 'hits' ? 'counter' : 'gauge', help: '' }),
      recentValues: (selector, isCounter) => {
        asked.push([selector, isCounter]);
        return Promise.resolve(one);
      },
    };
    const hover = async (expression: string): Promise<string | undefined> => {
      const { text, offset } = marked(inRules(`        - record: a:b\n          expr: ${expression}\n`));
      const workspace = new Workspace();
      const file = workspace.set('file:///test.yaml', text);
      await service.load(file, workspace, {});
      return (await service.hover(file, offset, workspace, defaultSettings, facts))?.markdown;
    };
    assert.match(await hover('rate(hi‸ts{job="a"}[5m] offset 1h)') ?? '', /Now in Prometheus/);
    assert.match(await hover('‸up > 0') ?? '', /Now in Prometheus/);
    await hover('ra‸te(hits[5m])');
    assert.deepEqual(asked, [['hits{job="a"}', true], ['up', false]]);
  });

  test('come from the first Prometheus, and of many series as lowest, mean and highest', async () => {
    const asked: string[] = [];
    const queries = (count: number): Parameters<typeof recentValues>[0] => ({
      servers: [{ key: 'r', name: 'ThanosRuler a/b' }, { key: 'p', name: 'Prometheus a/b' }],
      query: (server, expression) => {
        asked.push(`${server} ${expression}`);
        return Promise.resolve({ type: 'vector', warnings: [], infos: [], sample: undefined, series: expression.startsWith('count') ? (count === 0 ? [] : [{ labels: {}, value: [0, String(count)] as const }]) : Array.from({ length: 9 }, (_, index) => ({ labels: { n: String(index) }, value: [0, String(index)] as const })) });
      },
      queryRange: (server, expression, { start, step }) => {
        asked.push(`${server} ${expression}`);
        return Promise.resolve({ type: 'matrix', warnings: [], infos: [], sample: undefined, series: [{ labels: { n: '0' }, values: [[start, '1'], [start + step, 'NaN']] as const }] });
      },
    });
    const few = await recentValues(queries(2), 'hits{a="b"}', true);
    assert.deepEqual(asked.splice(0), ['p count(hits{a="b"})', 'p hits{a="b"}', 'p rate(hits{a="b"}[5m])']);
    assert.deepEqual([few?.count, few?.now.length, few?.lines.map(({ name, values }) => [name, values.slice(0, 3), values.length])], [2, 5, [['{n="0"}', [1, null, null], 61]]]);
    const many = await recentValues(queries(5000), 'up', false);
    assert.deepEqual(asked.splice(0), ['p count(up)', 'p min(up)', 'p avg(up)', 'p max(up)']);
    assert.deepEqual([many?.now, many?.lines.map(({ name }) => name)], [[], ['min', 'avg', 'max']]);
    assert.deepEqual((await recentValues(queries(0), 'up', false))?.count, 0);
    assert.equal(await recentValues(undefined, 'up', false), undefined);
  });
});
