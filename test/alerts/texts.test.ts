/** What others write into labels, annotations, comments and names does nothing but stand there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { comparedIn } from '../../src/extension/alerts/alertGraph.ts';
import { expressionIn, isMeant, linkTo, readLink } from '../../src/extension/alerts/alertLinks.ts';
import { labelsIn } from '../../src/extension/alerts/typedLabels.ts';
import { oneLine, plainLines, withoutIcons, withoutLinks } from '../../src/extension/plainText.ts';
import { matchersFor, quoteRegex } from '../../src/model/silenceDraft.ts';
import { compileMatchers, isMatched } from '../../src/model/silences.ts';
import { AlertGroups, severityRank } from '../../src/model/alertGroups.ts';
import { AlertTable } from '../../src/model/alertTable.ts';

const attempts = [
  '\u001b[31mred\u001b]0;title\u0007', 'a\u202Eevil\u2066', 'one\u2028two\nthree', '\u0000\u009b31m', '$(flame)', '\\$(flame)', '[run](command:workbench.action.quit)', '<img src=x onerror=alert(1)>', '\u200bhidden\ufeff', '\u{e0041}tag',
];

describe('hostile text', () => {
  test('has nothing left that a terminal, the layout or the editor acts on', () => {
    for (const text of attempts) {
      for (const made of [oneLine(text), withoutIcons(text), withoutLinks(text), ...plainLines(text).split('\n')]) assert.doesNotMatch(made, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, JSON.stringify(text));
      // As VS Code finds icons: unless a backslash stands before.
      assert.doesNotMatch(withoutIcons(text), /(?<!\\)\$\([\w-]+\)/);
      assert.doesNotMatch(withoutLinks(text), /\]\(/);
    }
    assert.equal(oneLine('x'.repeat(5000)).length, 301);
    assert.equal(oneLine('Größe €  \t 5'), 'Größe €    5');
  });

  test('reaches the log, notices and the status bar through one of these functions only', () => {
    const folder = fileURLToPath(new URL('../../src/extension', import.meta.url));
    const calls = ['alerts', 'changes', 'clusters', 'node/clusters'].flatMap((room) => readdirSync(join(folder, room)).flatMap((file) => [...readFileSync(join(folder, room, file), 'utf8').matchAll(/(?:[lL]og\.(?:info|warn|error)|show(?:Error|Warning|Information)Message|setStatusBarMessage)\((.{0,200})/g)].map(([, argument = '']) => ({ file, argument }))));
    assert.ok(calls.length > 30, String(calls.length));
    const isPlain = (argument: string) => /^(?:'|oneLine\(|messageOf\(|noticeOf\(|withoutLinks\()/.test(argument) || (argument.startsWith('`') && [...argument.matchAll(/\$\{(.*?)\}/g)].every(([, inside = '']) => /^(?:what|clock\(|without(?:Icons|Links)\()/.test(inside)));
    // Of alerts, only their number and their names without links.
    assert.deepEqual(calls.filter(({ file, argument }) => !isPlain(argument) && !(file === 'alertNotices.ts' && argument.startsWith('text,'))), []);
  });
});

describe('silences made from alerts', () => {
  test('hold exactly the alerts that were chosen, whatever their labels are', () => {
    const chosen = [{ labels: { alertname: 'A', pod: 'a.b|c', team: 'x', note: '^$()[]{}\\' } }, { labels: { alertname: 'A', pod: 'a*b', team: 'x', note: '^$()[]{}\\' } }];
    const matchers = matchersFor(chosen);
    assert.equal(matchers[0]?.name, 'alertname');
    const compiled = compileMatchers(matchers);
    assert.ok('matchers' in compiled);
    for (const { labels } of chosen) assert.ok(isMatched(compiled, labels));
    for (const pod of ['axb|c', 'a.b', 'c', 'aab', '']) assert.ok(!isMatched(compiled, { ...chosen[0]?.labels ?? {}, pod }), pod);
    assert.deepEqual(matchersFor([{ labels: { alertname: 'A', a: '1' } }, { labels: { alertname: 'B' } }]).map(({ name, value }) => [name, value]), [['alertname', 'A|B']]);
    assert.equal(quoteRegex('a.b'), 'a\\.b');
  });
});

describe('groups of alerts', () => {
  const table = new AlertTable(() => ({}));
  const received = (pod: string, severity: string | undefined, receivers: readonly string[], state: 'active' | 'suppressed' = 'active') => ({
    fingerprint: pod, labels: { alertname: 'A', pod, ...(severity === undefined ? {} : { severity }) }, annotations: {}, state, silencedBy: state === 'suppressed' ? ['s'] : [], inhibitedBy: [], receivers, startsAt: 1, generatorUrl: '',
  });
  const all = () => [...table.all].map((alert) => ['admin', alert.key, alert] as const);

  test('follow changes, one alert in the group of each of its receivers', () => {
    table.setReceived('m', [received('a', 'warning', ['x', 'y']), received('b', 'critical', ['x']), received('c', undefined, ['x'], 'suppressed')]);
    const byReceiver = new AlertGroups('receiver', () => true);
    byReceiver.set(all());
    const shown = (groups: AlertGroups) => groups.groups.map(({ name, members }) => [name, ...members.map(({ alert }) => alert.labels['pod'])]);
    assert.deepEqual(shown(byReceiver), [['x', 'a', 'b', 'c'], ['y', 'a']]);
    const bySeverity = new AlertGroups('severity', ({ labels }) => labels['pod'] !== 'zzz');
    bySeverity.set(all());
    assert.deepEqual(shown(bySeverity), [['critical', 'b'], ['warning', 'a'], ['no severity', 'c']]);
    const changed: string[] = [];
    const stop = table.onChange(({ alerts }) => { changed.push(...alerts); });
    table.setReceived('m', [received('a', 'warning', ['x'], 'suppressed'), received('b', 'critical', ['x'])]);
    stop();
    const news = byReceiver.set(changed.map((key) => ['admin', key, table.get(key)]));
    assert.deepEqual([[...news.groups].sort(), news.isOtherList], [['x', 'y'], true]);
    assert.deepEqual(shown(byReceiver), [['x', 'b', 'a']]);
    assert.deepEqual(byReceiver.group('x')?.counts, { firing: 1, pending: 0, silenced: 1, inhibited: 0, muted: 0 });
    // One of ten thousand: its own group, and the order stays.
    const large = new AlertTable(() => ({}));
    const ofAll = (changed?: string) => Array.from({ length: 10_000 }, (_, index) => { const pod = `p-${String(index).padStart(5, '0')}`; return received(pod, index % 2 === 0 ? 'critical' : 'warning', ['x'], pod === changed ? 'suppressed' : 'active'); });
    const groups = new AlertGroups('severity', () => true);
    let last = news;
    let count = 0;
    large.onChange(({ alerts }) => { last = groups.set([...alerts].map((key) => ['admin', key, large.get(key)])); count = alerts.size; });
    large.setReceived('m', ofAll());
    assert.deepEqual([count, ...groups.groups.map(({ members }) => members.length)], [10_000, 5000, 5000]);
    large.setReceived('m', ofAll('p-00077'));
    assert.deepEqual([count, [...last.groups], last.isOtherList], [1, ['warning'], false]);
    assert.deepEqual(groups.group('warning')?.members.slice(-2).map(({ alert }) => alert.labels['pod']), ['p-09999', 'p-00077']);
    assert.ok(severityRank('Critical') < severityRank('warning') && severityRank('warning') < severityRank('odd') && severityRank('odd') < severityRank('none'));
  });
});

describe('links', () => {
  test('lead to the alert that they name, and to nothing else', () => {
    const labels = { alertname: 'A&b', namespace: 'x y', note: '{"}' };
    const { pathname, search } = new URL(linkTo('vscode', 'kubeprom.kubeprom', 'kind admin', { labels }));
    const link = readLink(pathname, search);
    assert.deepEqual([link?.target, link?.cluster, link?.labels], ['alert', 'kind admin', labels]);
    assert.ok(link !== undefined && isMeant(link, { labels: { ...labels, more: 'x' } }) && !isMeant(link, { labels: { alertname: 'A&b' } }));
    assert.equal(readLink('/alert', `generatorURL=${encodeURIComponent('http://p:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1')}`)?.expression, 'up == 0');
    assert.equal(readLink('/graph', 'alertname=A')?.target, 'graph');
    for (const [path, query] of [['/other', 'alertname=A'], ['/alert', ''], ['/alert', 'labels=[1'], ['/alert', 'labels=5'], ['/alert', 'generatorURL=javascript:alert(1)']] as const) assert.equal(readLink(path, query), undefined, query);
    assert.equal(expressionIn('nonsense'), undefined);
  });
});

describe('the graph of an alert', () => {
  test('draws the compared side, and the threshold beside it', async () => {
    const cases: readonly (readonly [string, string, number | undefined, string | undefined])[] = [
      ['cpu > 80', 'cpu', 80, 'above'], ['80 < cpu', 'cpu', 80, 'above'], ['(sum(rate(x[5m]))) <= -2 * 60', 'sum(rate(x[5m]))', -120, 'below'],
      ['up == 0', 'up', 0, undefined], ['a > b', 'a > b', undefined, undefined], ['vector(1)', 'vector(1)', undefined, undefined], ['a > bool 1', 'a > bool 1', undefined, undefined], ['a > 1 and b', 'a > 1 and b', undefined, undefined],
    ];
    for (const [query, expression, threshold, shade] of cases) {
      const found = await comparedIn(query);
      assert.deepEqual([found.expression.replace(/^\((.*)\)$/, '$1'), found.threshold, found.shade], [expression, threshold, shade], query);
    }
  });
});

describe('a test alert', () => {
  test('has the labels that were written, and a name', () => {
    assert.deepEqual(labelsIn('alertname=Test, error = "x y"'), { labels: { alertname: 'Test', error: 'x y' } });
    assert.match(labelsIn('severity=info').error ?? '', /alertname/);
    assert.match(labelsIn('alertname=A, 5=x').error ?? '', /no label/);
  });
});
