/** Which label names Prometheus takes: all of UTF-8 from 3.0 on, ASCII words before. */

import { atLeast, type Version } from '../version.ts';

/** `legacy`: ASCII letters, digits and underscores, no digit first. `utf8`: any text that is not empty. */
export type NameScheme = 'legacy' | 'utf8';

/** The scheme that the operator assumes of a Prometheus of some version (ValidationSchemeForPrometheus, operator v0.93). */
export function nameSchemeOf(prometheus: string | Version): NameScheme {
  return atLeast(prometheus, '3.0.0') ? 'utf8' : 'legacy';
}

/** Whether a text may be a label's name. A lone surrogate is no UTF-8. */
export function isLabelName(name: string, scheme: NameScheme): boolean {
  return scheme === 'legacy' ? /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) : name !== '' && !/[\ud800-\udfff]/u.test(name);
}

/**
 * Whether a text with references to a regex' groups (`${1}_total`) may become a label's name. UTF-8 names may
 * hold `$` and braces, so that only the legacy scheme looks at the references.
 */
export function isLabelNameTemplate(template: string, scheme: NameScheme): boolean {
  if (scheme === 'utf8') return isLabelName(template, scheme);
  // The first of a name's characters may be no digit, but one may follow a reference: `$1` or `${1}`.
  return /^(?:[a-zA-Z_]|\$(?:\{[0-9A-Za-z_]+\}|[0-9A-Za-z_]))(?:[0-9A-Za-z_]|\$(?:\{[0-9A-Za-z_]+\}|[0-9A-Za-z_]))*$/.test(template);
}
