import { readDuration } from '../../duration.ts';
import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';

/**
 * A scrape timeout that is longer than its interval. An interval that the object does not name is the one of the
 * Prometheus, so that a timeout alone can be too long. Without a timeout the operator looks at neither.
 */
export function checkScrapeTimings(interval: Source, timeout: Source, scope: MonitorScope): Problem[] {
  if (timeout.text === '') return [];
  const isInherited = interval.text === '';
  const inherited = scope.prometheus.at('scrapeInterval');
  if (isInherited && !scope.prometheus.exists) return [];
  const intervalText = isInherited ? inherited.text : interval.text;
  const [longest, length] = [readDuration(intervalText), readDuration(timeout.text)];
  const remedy = 'Write a duration such as 30s or 1m30s.';
  if ('error' in length) return [rejected(timeout, 'scrape/invalid-duration', `Invalid scrapeTimeout: ${length.error}.`, remedy)];
  if ('error' in longest) return [rejected(isInherited ? timeout : interval, 'scrape/invalid-duration', `Invalid scrapeInterval: ${longest.error}.`, remedy)];
  if (length.milliseconds <= longest.milliseconds) return [];
  const whose = isInherited ? `"${intervalText}", the one of the Prometheus, for this names none` : `"${intervalText}"`;
  return [rejected(timeout, 'scrape/timeout-exceeds-interval', `scrapeTimeout "${timeout.text}" is greater than scrapeInterval ${whose}.`, `Write a timeout of ${intervalText} at most, or a longer interval.`)];
}
