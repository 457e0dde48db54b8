/** Texts of an Alertmanager configuration that have to have a form: addresses, durations, label names and the like. */

import { parseGoDuration, readDuration } from '../../duration.ts';
import { compileRe2 } from '../../re2.ts';
import { templateFault } from '../goTemplate.ts';
import { parseGoUrl, webUrlFault } from '../goUrl.ts';
import { splitHostPort } from '../hostPort.ts';
import { parseMatchers, type MatcherMode } from '../matchers.ts';
import type { TextShape } from './shape.ts';

/** What stands for a secret in a configuration that Alertmanager shows; it is taken as an address. */
const shownSecret = '<secret>';

/** Alertmanager's URL: http or https with a host. */
export const webUrl: TextShape = { kind: 'text', check: webUrlFault };

export const secretUrl: TextShape = { kind: 'text', secret: true, check: (text) => text === shownSecret ? undefined : webUrlFault(text) };

/** prometheus/common's URL, of any form. */
export const anyUrl: TextShape = {
  kind: 'text',
  check: (text) => {
    const url = parseGoUrl(text);
    return 'error' in url ? url.error : undefined;
  },
};

/** An address that may be a Go template. */
export const templateUrl: TextShape = {
  kind: 'text',
  secret: true,
  check: (text) => {
    if (text === '' || text === shownSecret) return undefined;
    const broken = templateFault(text);
    if (broken !== undefined) return `invalid template syntax: ${broken}`;
    const fault = text.includes('{{') ? undefined : webUrlFault(text);
    return fault === undefined ? undefined : `invalid URL: ${fault}`;
  },
};

/** Prometheus' notation of durations. */
export const duration: TextShape = {
  kind: 'text',
  check: (text) => {
    const result = readDuration(text);
    return 'error' in result ? result.error : undefined;
  },
};

/** Pushover's durations: Go's notation only. */
export const pushoverDuration: TextShape = {
  kind: 'text',
  check: (text) => parseGoDuration(text) === undefined ? `time: invalid duration ${JSON.stringify(text)}` : undefined,
};

export const hostPort: TextShape = {
  kind: 'text',
  check: (text) => {
    if (text === '') return undefined;
    const address = splitHostPort(text);
    if ('error' in address) return address.error;
    return address.port === '' ? `address ${JSON.stringify(text)}: port cannot be empty` : undefined;
  },
};

export const tlsVersion: TextShape = {
  kind: 'text',
  check: (text) => /^TLS1[0-3]$/.test(text) ? undefined : `unknown TLS version: ${text}`,
};

export const regex: TextShape = {
  kind: 'text',
  check: (text) => {
    const compiled = compileRe2(`^(?:${text})$`);
    return 'error' in compiled ? compiled.error : undefined;
  },
};

/** A line of a `matchers` list. */
export const matcherLine: TextShape = {
  kind: 'text',
  check: (text, { mode }) => {
    const matchers = parseMatchers(text, mode);
    return 'error' in matchers ? matchers.error : undefined;
  },
};

/** Whether a name may stand in group_by and equal: any text from Alertmanager 0.27 on. */
export function isLabelName(name: string, mode: MatcherMode): boolean {
  return mode === 'classic' ? isClassicLabelName(name) : name !== '' && !/\p{Surrogate}/u.test(name);
}

/** Whether a name may stand in match, match_re and the like, which know the classic names only. */
export function isClassicLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
