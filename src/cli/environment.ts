import type { SchemaReader } from '../language/schemas/schemaStore.ts';

/** What a command gets from the program that runs it. */
export interface Environment {
  /** Reads the schemas that lie beside the program. */
  readonly readSchema: SchemaReader;
  /** Reads what else is shipped: `stack/prometheus.yaml`, `schemas/catalog.json`. */
  readonly readShipped: SchemaReader;
}

/** Takes its arguments, resolves to the exit code. Throws UsageError for a call that cannot be carried out. */
export type Command = (args: readonly string[], environment: Environment) => Promise<number>;
