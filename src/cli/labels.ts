import { isRecord } from '../language/json.ts';
import { UsageError } from './usage.ts';

/**
 * Reads a label set from the command line: a JSON map of strings.
 * @throws UsageError for anything else
 */
export function readLabels(text: string | undefined): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    value = undefined;
  }
  if (!isRecord(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw new UsageError(`--labels takes a JSON map of strings, such as '{"alertname":"Down","namespace":"shop"}'.`);
  }
  return value as Record<string, string>;
}
