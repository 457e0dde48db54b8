import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A call that cannot be carried out; the message says what to change. Exit code 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads a command's options.
 * @throws UsageError for one that it does not have
 */
export function readOptions<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
