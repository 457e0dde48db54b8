/** The upper levels of an Alertmanager configuration (Alertmanager 0.33: config/config.go): global settings, routes, inhibition. */

import { parseDuration } from '../../duration.ts';
import { headers, httpClient, tlsConfig } from './httpClient.ts';
import { receiver } from './receivers.ts';
import { any, bool, list, secret, struct, text, texts, type FaultReporter, type Shape, type Struct, type StructShape } from './shape.ts';
import { duration, hostPort, isClassicLabelName, isLabelName, matcherLine, regex, secretUrl, webUrl } from './texts.ts';
import { namedTimeIntervals } from './timeIntervals.ts';

/** What holds where the global settings do not say otherwise. */
export const globalDefaults = {
  smtp_hello: 'localhost',
  smtp_require_tls: true,
  pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie_api_url: 'https://api.opsgenie.com/',
  wechat_api_url: 'https://qyapi.weixin.qq.com/cgi-bin/',
  victorops_api_url: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
  telegram_api_url: 'https://api.telegram.org',
  webex_api_url: 'https://webexapis.com/v1/messages',
  rocketchat_api_url: 'https://open.rocket.chat/',
  slack_app_url: 'https://slack.com/api/chat.postMessage',
};

const globalConfig = struct({
  resolve_timeout: duration, http_config: httpClient, jira_api_url: webUrl,
  smtp_from: text, smtp_hello: text, smtp_smarthost: hostPort, smtp_auth_username: text, smtp_auth_password: secret, smtp_auth_password_file: text,
  smtp_auth_secret: secret, smtp_auth_secret_file: text, smtp_auth_identity: text, smtp_require_tls: bool, smtp_tls_config: tlsConfig, smtp_force_implicit_tls: bool,
  slack_api_url: secretUrl, slack_api_url_file: text, slack_app_token: secret, slack_app_token_file: text, slack_app_url: webUrl,
  pagerduty_url: webUrl, opsgenie_api_url: webUrl, opsgenie_api_key: secret, opsgenie_api_key_file: text,
  wechat_api_url: webUrl, wechat_api_secret: secret, wechat_api_secret_file: text, wechat_api_corp_id: text,
  victorops_api_url: webUrl, victorops_api_key: secret, victorops_api_key_file: text,
  telegram_api_url: webUrl, telegram_bot_token: secret, telegram_bot_token_file: text, webex_api_url: webUrl,
  rocketchat_api_url: webUrl, rocketchat_token: secret, rocketchat_token_file: text, rocketchat_token_id: secret, rocketchat_token_id_file: text,
  mattermost_webhook_url: secretUrl, mattermost_webhook_url_file: text,
}, undefined, globalDefaults);

const classicLabels: Shape = { kind: 'map', value: text, check: (names, _load, fault) => checkClassicNames(names, fault) };

const labelRegexes: Shape = { kind: 'map', value: regex, check: (names, _load, fault) => checkClassicNames(names, fault) };

function checkClassicNames(names: readonly string[], fault: FaultReporter): void {
  for (const name of names) if (!isClassicLabelName(name)) fault(`invalid label name ${JSON.stringify(name)}`, name);
}

/** A regular expression that is written as null is no regular expression. */
function checkRegexes(value: Struct, key: string, fault: FaultReporter): void {
  const map = value.get(key);
  if (map instanceof Map) for (const [name, pattern] of map as Map<string, unknown>) if (pattern === null) fault(`invalid regexp value for ${JSON.stringify(name)}`, key);
}

const routeFields: Record<string, Shape> = {
  receiver: text, group_by: texts, match: classicLabels, match_re: labelRegexes, matchers: list(matcherLine), mute_time_intervals: texts, active_time_intervals: texts,
  continue: bool, group_wait: duration, group_interval: duration, repeat_interval: duration,
};

/** A route with its children. */
const route: StructShape = struct(routeFields, (value, fault, { mode }) => {
  checkRegexes(value, 'match_re', fault);
  const labels = value.texts('group_by') ?? [];
  const names = new Set<string>();
  for (const name of labels) {
    if (name === '...') continue;
    if (!isLabelName(name, mode)) fault(`invalid label name ${JSON.stringify(name)} in group_by list`, 'group_by');
    if (names.has(name)) fault(`duplicated label ${JSON.stringify(name)} in group_by`, 'group_by');
    names.add(name);
  }
  if (names.size > 0 && labels.includes('...')) fault('cannot have wildcard group_by (`...`) and other labels at the same time', 'group_by');
  for (const key of ['group_interval', 'repeat_interval']) {
    if (value.has(key) && parseDuration(value.text(key)) === 0) fault(`${key} cannot be zero`, key);
  }
});
routeFields['routes'] = list(route);

const inhibitRule = struct({
  name: text, source_match: classicLabels, source_match_re: labelRegexes, source_matchers: list(matcherLine),
  target_match: classicLabels, target_match_re: labelRegexes, target_matchers: list(matcherLine), equal: texts,
}, (value, fault, { mode }) => {
  checkRegexes(value, 'source_match_re', fault);
  checkRegexes(value, 'target_match_re', fault);
  for (const name of value.texts('equal') ?? []) if (!isLabelName(name, mode)) fault(`invalid label name ${JSON.stringify(name)} in equal list`, 'equal');
});

const tracing = struct({
  client_type: { kind: 'text', check: (type) => type === 'http' || type === 'grpc' ? undefined : `expected tracing client type to be to be http or grpc, but got ${type}` },
  endpoint: text, sampling_fraction: { kind: 'float' }, insecure: bool, tls_config: tlsConfig, headers, compression: text, timeout: duration,
}, (value, fault) => {
  if (!value.filled('endpoint')) fault('tracing endpoint must be set', 'endpoint');
  if (!['', 'gzip'].includes(value.text('compression'))) fault(`invalid compression type ${value.text('compression')} provided, valid options: gzip`, 'compression');
});

/** The whole document. What the event recorder takes is not looked into. */
export const root = struct({
  global: globalConfig, route, inhibit_rules: list(inhibitRule), receivers: list(receiver), templates: texts,
  mute_time_intervals: list(namedTimeIntervals('mute time interval')), time_intervals: list(namedTimeIntervals('time interval')),
  tracing, event_recorder: any,
});
