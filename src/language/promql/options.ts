/** What a Prometheus has switched on, as far as its parser is concerned, and which parser it is. */

import { newestOperator } from '../operatorRelease.ts';

/** Experimental parts of PromQL; each is off unless Prometheus was started with a feature flag (see {@link promqlFeatures}). */
export interface PromqlOptions {
  readonly experimentalFunctions: boolean;
  readonly durationExpr: boolean;
  readonly extendedRangeSelectors: boolean;
  readonly binopFillModifiers: boolean;
  /** The release of Prometheus whose parser it is; 3.13 when absent. */
  readonly parser?: string;
}

/** The parts that a flag switches on. */
type PromqlFlag = Exclude<keyof PromqlOptions, 'parser'>;

/** Everything off, as Prometheus starts, and as the operator parses rules. */
export const defaultPromqlOptions: Readonly<Record<PromqlFlag, boolean>> = {
  experimentalFunctions: false,
  durationExpr: false,
  extendedRangeSelectors: false,
  binopFillModifiers: false,
};

/** Every feature on, read by the newest parser: what a text means does not depend on who would load it. */
export const everyPromqlOption: PromqlOptions = { experimentalFunctions: true, durationExpr: true, extendedRangeSelectors: true, binopFillModifiers: true, parser: newestOperator.parser };

/** The options of one parse, and whether anything in the text made them count. */
export class AskedOptions {
  readonly #options: PromqlOptions;
  #asked = false;

  constructor(options: PromqlOptions) {
    this.#options = options;
  }

  /** Whether the answer might be another with other options. */
  get asked(): boolean {
    return this.#asked;
  }

  allows(flag: PromqlFlag): boolean {
    this.#asked = true;
    return this.#options[flag];
  }

  get parser(): string | undefined {
    this.#asked = true;
    return this.#options.parser;
  }
}

/** The names of `--enable-feature` that switch on a part of PromQL (cmd/prometheus/main.go). */
export const promqlFeatures: ReadonlyMap<string, PromqlFlag> = new Map([
  ['promql-experimental-functions', 'experimentalFunctions'],
  ['promql-duration-expr', 'durationExpr'],
  ['promql-extended-range-selectors', 'extendedRangeSelectors'],
  ['promql-binop-fill-modifiers', 'binopFillModifiers'],
]);

/** The options of a Prometheus that was started with these feature flags; other flags are ignored. */
export function promqlOptionsOf(features: Iterable<string>): PromqlOptions {
  const options: Record<PromqlFlag, boolean> = { ...defaultPromqlOptions };
  for (const feature of features) {
    const option = promqlFeatures.get(feature);
    if (option !== undefined) options[option] = true;
  }
  return options;
}
