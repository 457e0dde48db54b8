import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyFieldConfig, readFieldConfig } from '../../src/dashboards/fieldConfig.ts';
import { displayName } from '../../src/dashboards/fieldNames.ts';
import type { Field, Frame, ValueMapping } from '../../src/dashboards/frame.ts';
import { transform } from '../../src/dashboards/transformations/transform.ts';
import { classicPalette, colorByName } from '../../src/dashboards/values/colors.ts';
import { displayOf, type DisplayValue } from '../../src/dashboards/values/display.ts';
import { mappingResult } from '../../src/dashboards/values/mappings.ts';
import { reduceField, reducerOf } from '../../src/dashboards/values/reduce.ts';
import { unitIds, valueFormat } from '../../src/dashboards/values/valueFormat.ts';
import { generateFrames, oracle, properties, Random, transformed } from './oracle.ts';

/** Recorded, so that a difference can be looked at again. */
const seed = Number(process.env['KUBEPROM_FUZZ_SEED'] ?? 20260411);
const theirUnits = oracle.getValueFormats().flatMap(({ submenu }) => submenu.map(({ value }) => value));
const custom = ['prefix:about', 'suffix:things', 'time:YYYY-MM-DD [at] H:mm', 'time:dddd Do MMM', 'si:mF', 'si:foo', 'count:calls', 'currency:€', 'bool:up/down', 'bool:up', 'no unit of theirs', 'farenheit'];

test('all units write numbers as Grafana does', () => {
  const random = new Random(seed);
  assert.deepEqual(theirUnits.filter((id) => !unitIds.includes(id)), []);
  let count = 0;
  for (const id of [...theirUnits, ...custom]) {
    for (let round = 0; round < 12; round++) {
      const isDate = id.startsWith('dateTime') || id.startsWith('time:');
      const value = isDate ? 1_500_000_000_000 + random.below(1e9) * 400 : round === 0 ? 0 : round === 1 && !id.startsWith('clock') ? random.pick([NaN, Infinity, -Infinity]) : random.number();
      const decimals = random.chance(0.6) ? undefined : random.below(5);
      const shown = valueFormat(id, 'utc')(value, decimals, false);
      const expected = oracle.getValueFormat(id)(value, decimals, null, 'utc', false);
      // The blanks of local dates are those of the machine's ICU.
      const plain = ({ text, prefix, suffix }: typeof shown): string => JSON.stringify([text, prefix ?? '', suffix ?? ''].map((part) => part.replace(/\u202f/g, ' ')));
      assert.equal(plain(shown), plain(expected), `${id} of ${String(value)} with ${String(decimals)} decimals (seed ${String(seed)})`);
      count++;
    }
  }
  assert.ok(count > 3000, String(count));
});

test('calculations give what Grafana calculates', () => {
  const random = new Random(seed + 1);
  const ids = ['lastNotNull', 'last', 'firstNotNull', 'first', 'min', 'max', 'mean', 'median', 'variance', 'stdDev', 'sum', 'count', 'countAll', 'range', 'delta', 'step', 'diff', 'logmin', 'allIsZero', 'allIsNull', 'changeCount', 'distinctCount', 'diffperc', 'allValues', 'uniqueValues', 'p5', 'p50', 'p99', 'current', 'avg', 'total'];
  for (let round = 0; round < 400; round++) {
    const values = Array.from({ length: random.below(8) }, () => (random.chance(0.2) ? null : random.chance(0.2) ? 0 : random.number()));
    for (const id of ids) {
      const field: Field = { name: 'a', type: 'number', config: {}, values };
      const known = reducerOf(id)?.id ?? id;
      assert.deepEqual(reduceField({ ...field }, id) ?? null, oracle.reduceField({ field: { ...field }, reducers: [id] })[known] ?? null, `${id} of ${JSON.stringify(values)}`);
    }
  }
});

test('value mappings show what Grafana shows', () => {
  const random = new Random(seed + 2);
  const theme = oracle.createTheme({ colors: { mode: 'dark' } });
  const plain = (value: unknown): string => (value === null || value === undefined || value === '' ? 'none' : String(value as string));
  const result = (): { text: string; color: string } => ({ text: random.pick(['up', 'down', '$1!', '']), color: random.pick(['red', 'dark-blue', '#123456']) });
  for (let round = 0; round < 1000; round++) {
    const mappings = Array.from({ length: 1 + random.below(3) }, (): ValueMapping => {
      switch (random.below(4)) {
        case 0: return { type: 'value', options: { [random.pick(['1', 'a', 'null', '0.5'])]: result(), [random.pick(['2', 'prod'])]: result() } };
        case 1: return { type: 'range', options: { from: random.chance(0.2) ? null : random.below(10) - 5, to: random.chance(0.2) ? null : random.below(20), result: result() } };
        case 2: return { type: 'regex', options: { pattern: random.pick(['/(.*)-1/', 'pr(.)d', '/a|b/i', '/x/g', '.*']), result: result() } };
        default: return { type: 'special', options: { match: random.pick(['null', 'nan', 'null+nan', 'true', 'false', 'empty']), result: result() } };
      }
    });
    const value = random.pick<unknown>([null, undefined, NaN, '', true, false, 'true', 'prod', 'a', 'x-1', 'xx-1x', 1, 2, 0.5, random.number(), '7', Infinity]);
    // @grafana/data exports the mappings only behind what shows a value.
    const expected = oracle.getDisplayProcessor({ field: { name: '', type: 'string', values: [], config: { unit: 'string', mappings, noValue: 'none' } }, theme, timeZone: 'utc' })(value);
    const found = mappingResult(mappings, value);
    assert.deepEqual([found?.text ?? plain(value), found?.color === undefined ? undefined : colorByName(found.color, 'dark')], [expected.text, found?.color === undefined ? undefined : expected.color], `${JSON.stringify(mappings)} of ${String(value)}`);
    const shown = displayOf({ name: '', type: 'string', values: [], config: { unit: 'string', mappings, noValue: 'none' } }, { ground: 'dark', timeZone: 'utc' })(value);
    assert.deepEqual([shown.text, shown.color.toLowerCase()], [expected.text, expected.color.toLowerCase()], `${JSON.stringify(mappings)} of ${String(value)}`);
  }
});

test('colours and names are those of Grafana', () => {
  for (const ground of ['dark', 'light'] as const) {
    const { visualization } = oracle.createTheme({ colors: { mode: ground } });
    assert.deepEqual(classicPalette, visualization.palette);
    for (const hue of ['red', 'orange', 'yellow', 'green', 'blue', 'purple']) for (const shade of ['super-light-', 'light-', '', 'semi-dark-', 'dark-']) assert.equal(colorByName(shade + hue, ground), visualization.getColorByName(shade + hue));
  }
  const random = new Random(seed + 3);
  for (let round = 0; round < 500; round++) {
    const frames = generateFrames(random);
    const theirs = structuredClone(frames);
    assert.deepEqual(frames.map((frame) => frame.fields.map((field) => displayName(field, frame, frames))), theirs.map((frame) => frame.fields.map((field) => oracle.getFieldDisplayName(field, frame, theirs))), JSON.stringify(theirs));
  }
});

const columnNames = ['Time', 'Value', 'Value #A', 'Value #B', 'pod', 'namespace', 'cpu', 'Used', 'Time 1', 'Time 2', 'pod 1', 'a/b'];

function generateStep(random: Random): { id: string; options: unknown } {
  const name = (): string => random.pick(columnNames);
  const someNames = (): string[] => Array.from({ length: 1 + random.below(3) }, name);
  const byName = <Value>(value: () => Value): Record<string, Value> => Object.fromEntries(someNames().map((one) => [one, value()]));
  const reducer = (): string => random.pick(['lastNotNull', 'mean', 'sum', 'max', 'min', 'count', 'first']);
  switch (random.below(16)) {
    case 0: return { id: 'merge', options: {} };
    case 1: return { id: 'joinByField', options: { byField: random.pick(['Time', 'pod', 'namespace', 'cpu']), mode: random.pick(['outer', 'inner', 'outerTabular']) } };
    case 2: return { id: 'organize', options: { excludeByName: byName(() => random.chance(0.7)), indexByName: byName(() => random.below(5)), renameByName: byName(() => random.pick(['One', 'Two', ''])) } };
    case 3: return { id: 'filterFieldsByName', options: random.chance(0.5) ? { include: { names: someNames() } } : { exclude: random.chance(0.5) ? { pattern: '/Value.*/' } : { names: someNames() } } };
    case 4: return { id: 'filterByRefId', options: { [random.pick(['include', 'exclude'])]: random.pick(['A', 'B', 'A|C', '/A|B/']) } };
    case 5: return { id: 'groupBy', options: { fields: { [random.pick(['pod', 'namespace'])]: { operation: 'groupby', aggregations: [] }, ...byName(() => ({ operation: 'aggregate', aggregations: [reducer()] })) } } };
    case 6: return { id: 'calculateField', options: { mode: 'binary', ...(random.chance(0.5) ? { alias: 'Used' } : {}), replaceFields: random.chance(0.2), binary: { left: name(), operator: random.pick(['+', '-', '*', '/']), right: random.chance(0.3) ? '100' : name() } } };
    case 7: return { id: 'calculateField', options: { mode: 'reduceRow', reduce: { reducer: reducer(), ...(random.chance(0.3) ? { include: someNames() } : {}) } } };
    case 8: return { id: 'calculateField', options: { mode: random.pick(['index', 'cumulativeFunctions']), cumulative: { reducer: random.pick(['sum', 'mean']) }, index: { asPercentile: random.chance(0.5) } } };
    case 9: return { id: 'labelsToFields', options: { ...(random.chance(0.3) ? { mode: 'rows' } : {}), ...(random.chance(0.3) ? { valueLabel: 'pod' } : {}), ...(random.chance(0.3) ? { keepLabels: ['job'] } : {}) } };
    case 10: return { id: 'sortBy', options: { fields: {}, sort: [{ field: name(), desc: random.chance(0.5) }] } };
    case 11: return { id: 'reduce', options: { reducers: [reducer(), random.pick(['range', 'diff'])], ...(random.chance(0.3) ? { mode: 'reduceFields' } : {}), ...(random.chance(0.3) ? { labelsToFields: true } : {}) } };
    case 12: return { id: 'renameByRegex', options: { regex: random.pick(['(.*) #(.)', '/Val/', 'pod', '/(.)a/g']), renamePattern: random.pick(['$2 of $1', 'new', '$&!']) } };
    case 13: return { id: 'concatenate', options: { frameNameMode: random.pick(['field', 'label', 'drop']) } };
    case 14: return { id: 'filterByValue', options: { type: 'include', match: random.pick(['any', 'all']), filters: [{ fieldName: name(), config: { id: random.pick(['greater', 'lower', 'equal', 'isNull', 'isNotNull', 'notEqual']), options: { value: random.pick<unknown>([0, 1, 'a']) } } }] } };
    default: return { id: 'limit', options: { limitField: random.below(4) } };
  }
}

/** What shows: names, types, labels and values; what both lack or hold as null alike. */
function shown(frames: readonly Frame[]): unknown {
  return JSON.parse(JSON.stringify(frames.map(({ refId, fields, length }) => ({
    refId, length, fields: fields.map(({ name, type, values, labels, config: { displayName: title } }) => ({ name, type, labels: labels ?? {}, title, values: Array.from(values, (value) => (Number.isNaN(value) ? 'NaN' : value === undefined ? null : value)) })),
  })))) as unknown;
}

test('transformations make of tables what Grafana makes of them', async () => {
  const random = new Random(seed + 4);
  const used = new Map<string, number>();
  let refused = 0;
  for (let round = 0; round < 2500; round++) {
    const frames = generateFrames(random);
    const steps = Array.from({ length: 1 + random.below(3) }, () => generateStep(random));
    for (const { id } of steps) used.set(id, (used.get(id) ?? 0) + 1);
    const ours = structuredClone(frames);
    let expected: readonly Frame[];
    try {
      expected = await transformed(structuredClone(frames), structuredClone(steps));
    } catch {
      refused++;
      continue;
    }
    const result = transform(ours, steps.map(({ id, options }) => ({ id, disabled: false, options: options as Record<string, unknown> })));
    const names = (list: readonly Frame[], of: typeof displayName): unknown => list.map((frame) => frame.fields.map((field) => of(field, frame, list)));
    assert.deepEqual(shown(result), shown(expected), `${String(round)}: ${JSON.stringify(steps)} on ${JSON.stringify(frames)} (seed ${String(seed)})`);
    assert.deepEqual(names(result, displayName), names(expected, oracle.getFieldDisplayName), `${String(round)}, names: ${JSON.stringify(steps)} on ${JSON.stringify(frames)} (seed ${String(seed)})`);
  }
  assert.ok(used.size >= 14, [...used].join(' '));
  assert.ok(refused < 100, `${String(refused)} were refused`);
});

test('defaults and overrides show values as Grafana shows them', () => {
  const random = new Random(seed + 5);
  const theme = oracle.createTheme({ colors: { mode: 'dark' } });
  const steps = (): unknown => [{ value: null, color: 'green' }, { value: random.below(50), color: 'yellow' }, { value: 50 + random.below(50), color: 'red' }];
  const config = (): Record<string, unknown> => ({
    ...(random.chance(0.6) ? { unit: random.pick(theirUnits.filter((id) => !id.startsWith('dateTime'))) } : {}), ...(random.chance(0.3) ? { decimals: random.below(4) } : {}),
    ...(random.chance(0.4) ? { min: random.below(10) } : {}), ...(random.chance(0.4) ? { max: random.below(100) } : {}), ...(random.chance(0.3) ? { noValue: '-' } : {}),
    ...(random.chance(0.6) ? { thresholds: { mode: random.pick(['absolute', 'percentage']), steps: steps() } } : {}),
    ...(random.chance(0.5) ? { color: { mode: random.pick(['thresholds', 'palette-classic', 'fixed', 'continuous-GrYlRd', 'continuous-BlPu']), fixedColor: random.pick(['purple', '#445566']) } } : {}),
    ...(random.chance(0.3) ? { mappings: [{ type: 'value', options: { a: { text: 'A!', color: 'blue' }, 5: { text: 'five' } } }, { type: 'range', options: { from: 0, to: 1, result: { text: 'small' } } }] } : {}),
    ...(random.chance(0.2) ? { displayName: 'shown as' } : {}),
  });
  const matcher = (): unknown => random.pick([
    { id: 'byName', options: random.pick(columnNames) }, { id: 'byRegexp', options: random.pick(['/Value.*/', 'pod', '/^series/']) }, { id: 'byType', options: random.pick(['number', 'string', 'time']) },
    { id: 'byFrameRefID', options: random.pick(['A', 'B']) }, { id: 'byNames', options: { mode: random.pick(['include', 'exclude']), names: ['pod', 'Value'] } }, { id: 'nobody', options: {} },
  ]);
  for (let round = 0; round < 1000; round++) {
    const frames = generateFrames(random);
    const source = { defaults: { ...config(), custom: { lineWidth: 1, fillOpacity: 10 } }, overrides: Array.from({ length: random.below(3) }, () => ({
      matcher: matcher(),
      properties: [...Object.entries(config()).map(([id, value]) => ({ id, value })), ...(random.chance(0.4) ? [{ id: 'custom.lineWidth', value: random.below(5) }] : [])],
    })) };
    const ours = applyFieldConfig(structuredClone(frames), readFieldConfig(source));
    // JSON has no -Infinity; Grafana puts it into the base step while it loads a dashboard.
    const loaded: unknown = JSON.parse(JSON.stringify(source), (key, value: unknown) => (key === 'value' && value === null ? -Infinity : value));
    const theirs = oracle.applyFieldOverrides({ data: structuredClone(frames), fieldConfig: loaded, replaceVariables: (text: string) => text, theme, timeZone: 'utc', fieldConfigRegistry: properties });
    for (const [index, frame] of ours.entries()) {
      for (const [place, field] of frame.fields.entries()) {
        const other = theirs[index]?.fields[place];
        assert.ok(other !== undefined);
        const where = `${String(round)} ${field.name}: ${JSON.stringify(source)} on ${JSON.stringify(frames)} (seed ${String(seed)})`;
        assert.deepEqual(field.config.custom, (other.config as { custom: unknown }).custom, where);
        assert.equal(displayName(field, frame, ours), oracle.getFieldDisplayName(other, theirs[index], theirs), where);
        const display = displayOf(field, { ground: 'dark', timeZone: 'utc' });
        // Grafana takes any text for a date where dates are.
        for (const value of [...field.values, null, 5, NaN, ...(field.type === 'time' ? [] : ['a'])]) {
          const mine: DisplayValue = display(value);
          const expected: DisplayValue = other.display(value);
          const color = (text: string): string => theirColor(text);
          assert.deepEqual([mine.prefix ?? '', mine.text, mine.suffix ?? '', mine.numeric, color(mine.color), mine.percent ?? 0], [expected.prefix ?? '', expected.text, expected.suffix ?? '', expected.numeric, color(expected.color), expected.percent ?? 0], `${String(value)} in ${where}`);
        }
      }
    }
  }
});

/** `rgb(…)` and `#…` alike, to the nearest of 255 steps. */
function theirColor(color: string): string {
  const numbers = /^rgb/.test(color) ? color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [] : [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return numbers.map((one) => Math.round(one).toString(16).padStart(2, '0')).join('');
}
