import type { Path } from '../../finding.ts';

/** Why Prometheus refuses to load a configuration. */
export interface LoadError {
  /** The value at fault in the configuration. */
  readonly path: Path;
  /** In Prometheus' own words. */
  readonly message: string;
}

/** A value of a configuration under judgement: reads fields as Prometheus decodes them, and collects what it refuses. */
export class Judged {
  readonly path: Path;
  readonly value: unknown;
  readonly #errors: LoadError[];

  private constructor(path: Path, value: unknown, errors: LoadError[]) {
    this.path = path;
    this.value = value;
    this.#errors = errors;
  }

  /** Judges a value and returns what is wrong with it. */
  static judge(value: unknown, path: Path, judge: (value: Judged) => void): LoadError[] {
    const errors: LoadError[] = [];
    judge(new Judged(path, value, errors));
    return errors;
  }

  /** Whether it is there; an explicit null decodes as if it were not. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  at(key: string | number): Judged {
    const { value } = this;
    const child = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    return new Judged([...this.path, key], child, this.#errors);
  }

  /** The text of a scalar, empty where there is none. */
  get text(): string {
    const { value } = this;
    if (typeof value === 'string') return expanded(value);
    return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
  }

  get isTrue(): boolean {
    return this.value === true;
  }

  get items(): Judged[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  get keys(): string[] {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value) ? Object.keys(this.value) : [];
  }

  /** Says what Prometheus refuses about this value. */
  refuse(message: string): void {
    this.#errors.push({ path: this.path, message });
  }

  /** As {@link refuse}, unless the condition holds; returns whether it does. */
  expect(condition: boolean, message: string): boolean {
    if (!condition) this.refuse(message);
    return condition;
  }
}

/** What the configuration reloader puts in for the first pod before Prometheus reads the text; other references stay. */
const environment: Readonly<Record<string, string>> = { SHARD: '0', INZONE_SHARD: '0', POD_NAME: 'prometheus-0', TOPOLOGY_ZONE: 'zone', NODE_NAME: 'node' };

function expanded(text: string): string {
  return text.includes('$(') ? text.replace(/\$\(([A-Z_]+)\)/g, (reference, name: string) => environment[name] ?? reference) : text;
}
