/** Files of Prometheus and Alertmanager themselves, which no apiVersion tells: the settings say what they are. */

import type { Path, Problem } from '../finding.ts';
import { readDuration } from '../duration.ts';
import { matcherMode } from '../generate/alertmanager/judge.ts';
import { loadScrapeConfigs } from '../generate/loading/loadScrapeConfigs.ts';
import { unknownScrapeFields } from '../generate/loading/scrapeFields.ts';
import { Source } from '../generate/source.ts';
import { isRecord } from '../json.ts';
import { checkPrometheusRule } from '../kinds/prometheusRule.ts';
import { controllerJudge } from '../kinds/rules/judge.ts';
import { newestOperator, operatorRelease } from '../operatorRelease.ts';
import { loadConfigText } from '../routing/config/load.ts';
import type { PlainKind, Target } from '../settings/settings.ts';

/**
 * What is wrong with a plain file, as far as its pieces are known: groups of rules, a configuration of Alertmanager, and of a
 * prometheus.yml the scrape configurations. Paths are those of the document.
 * @param value the decoded document
 * @param text the whole text of the file
 */
export function plainFileProblems(kind: PlainKind, value: unknown, text: string, target: Target): Problem[] {
  switch (kind) {
    case 'rules':
      return ruleFileProblems(value, target);
    case 'alertmanager': {
      const version = target.alertmanagerVersion ?? operatorRelease(target.operatorVersion).alertmanager;
      return loadConfigText(text, matcherMode(version)).faults.map(({ path, message, on }) => ({ ...unloadable('alertmanager/configuration', path, message), ...(on === undefined ? {} : { on }) }));
    }
    case 'prometheus':
      return [
        ...unknownScrapeFields(isRecord(value) ? value['scrape_configs'] : undefined).map(({ path, message }): Problem => ({ ...unloadable('prometheus/configuration', ['scrape_configs', ...path], message), on: 'key' })),
        ...loadScrapeConfigs(value).map(({ path, message }) => unloadable('prometheus/configuration', path, message)),
      ];
  }
}

function unloadable(code: 'alertmanager/configuration' | 'prometheus/configuration', path: Path, message: string): Problem {
  return { code, severity: 'error', path, message: `${message}: ${code === 'prometheus/configuration' ? 'Prometheus' : 'Alertmanager'} does not load this configuration.` };
}

/** A rule file holds what stands under `spec` of a PrometheusRule. */
function ruleFileProblems(value: unknown, target: Target): Problem[] {
  if (value === null || value === undefined) return [];
  if (!isRecord(value) || (value['groups'] !== undefined && value['groups'] !== null && !Array.isArray(value['groups']))) {
    return [{ code: 'rule/file', severity: 'error', path: isRecord(value) ? ['groups'] : [], message: 'A rule file is a map with a list of `groups`; Prometheus does not load this.' }];
  }
  const version = target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus;
  // No operator reads it before: the newest parser, and then what the server's version lacks.
  const judge = controllerJudge({ name: undefined, component: 'Prometheus', version, features: target.features ?? [] }, newestOperator.version);
  const object = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: '' }, spec: value };
  // A Secret's or ConfigMap's size is no matter here.
  return checkPrometheusRule(object, judge).filter(({ code }) => code !== 'rule/too-large').map(withoutSpec).concat(shapeProblems(Source.of(object).at('spec')));
}

const groupFields: ReadonlySet<string> = new Set(['name', 'interval', 'query_offset', 'limit', 'labels', 'rules']);
const ruleFields: ReadonlySet<string> = new Set(['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations']);

/** What an API server's schema says of a PrometheusRule, and here Prometheus itself (rulefmt of 3.13): strict fields, names of groups, durations. */
function shapeProblems(root: Source): Problem[] {
  const groups = root.at('groups').items;
  const names = groups.map((group) => group.at('name').text);
  return [
    ...unknownFields(root, new Set(['groups', 'namespace'])),
    ...groups.flatMap((group, index) => [
      ...(group.at('name').text === '' ? [refused(group.at('name'), 'Groupname must not be empty')] : []),
      ...(group.at('name').text !== '' && names.indexOf(group.at('name').text) < index ? [refused(group.at('name'), `groupname: ${JSON.stringify(group.at('name').text)} is repeated in the same file`)] : []),
      ...unknownFields(group, groupFields),
      ...['interval', 'query_offset'].flatMap((field) => badDuration(group.at(field))),
      ...group.at('rules').items.flatMap((rule) => [...unknownFields(rule, ruleFields), ...['for', 'keep_firing_for'].flatMap((field) => badDuration(rule.at(field)))]),
    ]),
  ];
}

function unknownFields(place: Source, known: ReadonlySet<string>): Problem[] {
  return place.fields.filter(([key]) => !known.has(key)).map(([key, value]) => ({ ...refused(value, `field ${key} not found`), on: 'key' as const }));
}

function badDuration(duration: Source): Problem[] {
  if (typeof duration.value !== 'string') return [];
  const read = readDuration(duration.text);
  return 'error' in read ? [refused(duration, read.error)] : [];
}

function refused(place: Source, fault: string): Problem {
  return { code: 'rule/file', severity: 'error', path: place.path.slice(1), message: `${fault}: Prometheus does not load this file.` };
}

function withoutSpec(problem: Problem): Problem {
  return {
    ...problem,
    path: problem.path.slice(1),
    ...(problem.related === undefined ? {} : { related: problem.related.map((related) => ({ ...related, path: related.object === undefined ? related.path.slice(1) : related.path })) }),
    ...(problem.fixes === undefined ? {} : {
      fixes: problem.fixes.map((fix) => ({
        ...fix,
        changes: fix.changes.map((change) => (change.kind === 'move' ? { ...change, path: change.path.slice(1), to: change.to.slice(1) } : { ...change, path: change.path.slice(1) })),
      })),
    }),
  };
}
