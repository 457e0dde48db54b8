/** Relabeling as Prometheus does it (model/relabel of Prometheus 3.13): rule after rule on one label set. */

import { type RE2JS } from 're2js';
import { compileAnchoredRe2 } from '../re2.ts';
import { expandTemplate, type MatchedGroups } from './expand.ts';
import { LabelBuilder } from './labelBuilder.ts';
import { isLabelName, type NameScheme } from './labelNames.ts';
import { toLowerCase, toUpperCase } from './letterCase.ts';
import { md5 } from './md5.ts';
import { completeRelabelConfig, type CompleteRelabelConfig, type RelabelConfig } from './relabelConfig.ts';

/** What one rule made of the labels that the rules before left. */
export interface RelabelStep {
  readonly config: RelabelConfig;
  /** By name, without empty values. Where the rule drops the target, the labels that it saw. */
  readonly labels: Readonly<Record<string, string>>;
  /** False where this rule drops the target or sample; it is the last step then. */
  readonly kept: boolean;
}

export interface RelabelResult {
  readonly kept: boolean;
  /** The labels after the last step. */
  readonly labels: Readonly<Record<string, string>>;
  readonly steps: readonly RelabelStep[];
}

/**
 * Applies rules to a label set and tells what each one did. The rules ought to be valid (see checkRelabelConfigs):
 * one that Prometheus would not load does nothing here.
 */
export function relabel(configs: readonly RelabelConfig[], labels: Readonly<Record<string, string>>, scheme: NameScheme = 'utf8'): RelabelResult {
  const builder = new LabelBuilder(labels);
  const steps: RelabelStep[] = [];
  for (const config of configs) {
    const kept = apply(completeRelabelConfig(config), builder, scheme);
    steps.push({ config, labels: builder.labels(), kept });
    if (!kept) break;
  }
  return { kept: steps.at(-1)?.kept ?? true, labels: builder.labels(), steps };
}

/** Changes the labels by one rule; false when it drops them. */
function apply(config: CompleteRelabelConfig, labels: LabelBuilder, scheme: NameScheme): boolean {
  const compiled = compileAnchoredRe2(config.regex);
  if ('error' in compiled) return true;
  const { regex } = compiled;
  const value = config.sourceLabels.map((name) => labels.get(name)).join(config.separator);
  const target = config.targetLabel;
  switch (config.action) {
    case 'keep': return matches(regex, value);
    case 'drop': return !matches(regex, value);
    case 'keepequal': return labels.get(target) === value;
    case 'dropequal': return labels.get(target) !== value;
    case 'replace':
      replace(config, regex, value, labels, scheme);
      return true;
    case 'lowercase':
      labels.set(target, toLowerCase(value));
      return true;
    case 'uppercase':
      labels.set(target, toUpperCase(value));
      return true;
    case 'hashmod':
      if (config.modulus > 0n) labels.set(target, String(hash(value) % config.modulus));
      return true;
    case 'labelmap':
      for (const [name, held] of labels.entries()) if (matches(regex, name)) labels.set(replaceAll(regex, name, config.replacement), held);
      return true;
    case 'labeldrop':
      for (const [name] of labels.entries()) if (matches(regex, name)) labels.delete(name);
      return true;
    case 'labelkeep':
      for (const [name] of labels.entries()) if (!matches(regex, name)) labels.delete(name);
      return true;
    default:
      return true;
  }
}

function matches(regex: RE2JS, text: string): boolean {
  return regex.matcher(text).find();
}

function replace(config: CompleteRelabelConfig, regex: RE2JS, value: string, labels: LabelBuilder, scheme: NameScheme): void {
  const matcher = regex.matcher(value);
  if (!matcher.find()) return;
  const groups = groupsOf(matcher);
  const target = expandTemplate(config.targetLabel, groups);
  if (isLabelName(target, scheme)) labels.set(target, expandTemplate(config.replacement, groups));
}

/** Every match replaced: there may be several, for a pattern such as `a)|(?:b` gets around its anchors. */
function replaceAll(regex: RE2JS, text: string, template: string): string {
  const matcher = regex.matcher(text);
  let result = '';
  let end = 0;
  while (matcher.find()) {
    result += text.slice(end, matcher.start()) + expandTemplate(template, groupsOf(matcher));
    end = matcher.end();
  }
  return result + text.slice(end);
}

function groupsOf(matcher: ReturnType<RE2JS['matcher']>): MatchedGroups {
  const numbered = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index));
  return { numbered, named: matcher.getNamedGroups() };
}

/** The last eight bytes of the MD5 hash, as Prometheus has taken them since its first hash function. */
function hash(value: string): bigint {
  return new DataView(md5(value).buffer).getBigUint64(8);
}
