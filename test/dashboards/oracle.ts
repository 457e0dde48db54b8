/** npm's @grafana/data, as far as tests ask it: Grafana's own verdict on values and tables. */
import { createRequire } from 'node:module';
import type { Field, FieldConfig, Frame } from '../../src/dashboards/frame.ts';
import type { DisplayValue } from '../../src/dashboards/values/display.ts';
import type { FormattedValue } from '../../src/dashboards/values/numbers.ts';

interface Registry {
  setInit(init: () => readonly unknown[]): void;
}

export interface Oracle {
  readonly getValueFormats: () => { submenu: { value: string }[] }[];
  readonly getValueFormat: (id: string) => (value: number | null, decimals?: number | null, scaled?: null, timeZone?: string, showMs?: boolean) => FormattedValue;
  readonly getDisplayProcessor: (options: { field: Field; theme: unknown; timeZone: string }) => (value: unknown) => DisplayValue;
  readonly transformDataFrame: (steps: readonly { id: string; options: unknown }[], frames: Frame[]) => { subscribe(observer: { next: (frames: Frame[]) => void; error: (error: unknown) => void }): unknown };
  readonly applyFieldOverrides: (options: Record<string, unknown>) => (Frame & { fields: (Field & { display: (value: unknown) => DisplayValue })[] })[];
  readonly getFieldDisplayName: (field: Field, frame?: Frame, all?: readonly Frame[]) => string;
  readonly createTheme: (options: { colors: { mode: 'dark' | 'light' } }) => { visualization: { getColorByName: (name: string) => string; palette: string[] } };
  readonly reduceField: (options: { field: Field; reducers: string[] }) => Record<string, unknown>;
  readonly displayNameOverrideProcessor: (value: unknown, context: unknown, settings: unknown) => unknown;
  readonly rangeUtil: { roundInterval: (milliseconds: number) => number };
  readonly standardTransformersRegistry: Registry;
  readonly standardTransformers: Readonly<Record<string, unknown>>;
  readonly FieldConfigOptionsRegistry: new (init?: () => readonly unknown[]) => unknown;
}

export const oracle = createRequire(import.meta.url)('@grafana/data') as Oracle;
const transformations = new Map(Object.values(oracle.standardTransformers).map((one) => [(one as { id: string }).id, one]));
oracle.standardTransformersRegistry.setInit(() => [...transformations].map(([id, transformation]) => ({ id, name: id, transformation: () => transformation })));
// It looks there for Grafana's scenes.
Object.assign(globalThis, { window: globalThis });

const number = (value: unknown): unknown => (value === null || value === undefined ? undefined : Number.parseFloat(String(value)));
const same = (value: unknown): unknown => value;
const text = (value: unknown): unknown => (value === null || value === undefined ? value : String(value as string));
const onlyNumbers = (field: Field): boolean => field.type === 'number';

/** The standard properties with the rules of Grafana's registry (public/app/core/components/OptionsUI/registry.tsx). */
export const properties: unknown = new oracle.FieldConfigOptionsRegistry(() => [
  ...([['displayName', oracle.displayNameOverrideProcessor], ['unit', text], ['min', number], ['max', number], ['decimals', number], ['noValue', text], ['thresholds', same], ['mappings', same], ['color', same], ['links', same]] as const).map(([id, process]) => ({
    id, path: id, name: id, process, shouldApply: id === 'min' || id === 'max' || id === 'decimals' ? onlyNumbers : () => true,
  })),
  ...['lineWidth', 'fillOpacity', 'stacking', 'width'].map((id) => ({ id: `custom.${id}`, path: id, name: id, isCustom: true, process: same, shouldApply: () => true })),
]);

/** Runs transformations to their end. */
export function transformed(frames: Frame[], steps: readonly { id: string; options: unknown }[]): Promise<Frame[]> {
  return new Promise((resolve, reject) => { oracle.transformDataFrame(steps, frames).subscribe({ next: resolve, error: reject }); });
}

/** A repeatable source of choices. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 (inclusive) to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<Value>(list: readonly Value[]): Value {
    const value = list[this.below(list.length)];
    if (list.length === 0) throw new Error('nothing to pick from');
    return value as Value;
  }

  number(): number {
    switch (this.below(6)) {
      case 0: return this.below(200) - 100;
      case 1: return (this.next() - 0.5) * 10 ** (this.below(24) - 9);
      case 2: return this.below(10) / 10;
      case 3: return 10 ** this.below(16);
      case 4: return this.below(100_000) * 60;
      default: return this.next();
    }
  }
}

const names = ['Value', 'Value #A', 'Value #B', 'cpu', 'Used', 'a/b'];
const texts = ['a', 'b', 'c', 'prod', 'x-1', 'Total', ''];

/** Tables as Prometheus' data source makes them, and worse. */
export function generateFrames(random: Random): Frame[] {
  const isSeries = random.chance(0.4);
  const count = 1 + random.below(3);
  const start = 1_700_000_000_000;
  return Array.from({ length: count }, (_, index): Frame => {
    const length = random.below(6) + (isSeries ? 1 : 0);
    const time: Field = { name: 'Time', type: 'time', config: {}, values: Array.from({ length }, (__, row) => start + (isSeries ? row : random.below(3)) * 60_000) };
    const refId = 'ABC'.charAt(index);
    if (isSeries) {
      const values = Array.from({ length }, () => (random.chance(0.15) ? null : random.number()));
      const config: FieldConfig = random.chance(0.5) ? { displayNameFromDS: `series ${String(random.below(4))}` } : {};
      return { refId, length, ...(random.chance(0.3) ? { name: random.pick(['x', 'y']) } : {}), fields: [time, { name: 'Value', type: 'number', config, labels: { job: random.pick(['a', 'b']), ...(random.chance(0.5) ? { pod: random.pick(texts) } : {}) }, values }] };
    }
    const columns = Array.from({ length: 1 + random.below(3) }, (): Field => {
      const isText = random.chance(0.5);
      return { name: random.pick(isText ? ['pod', 'namespace', 'instance'] : names), type: isText ? 'string' : 'number', config: {}, values: Array.from({ length }, () => (isText ? random.pick(texts) : random.chance(0.1) ? null : random.number())) };
    });
    return { refId, length, fields: [...(random.chance(0.8) ? [time] : []), ...columns] };
  });
}
