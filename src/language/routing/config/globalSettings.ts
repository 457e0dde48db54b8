/** What a receiver takes over from the global settings, and what has to be in one of the two places (Config.UnmarshalYAML of Alertmanager 0.33). */

import type { Path } from '../../finding.ts';
import { parseGoUrl } from '../goUrl.ts';
import { integrations } from './receivers.ts';
import { Struct } from './shape.ts';

type Report = (path: Path, message: string) => void;

/** Pairs of a value and a file of which the global settings may name one; whether an empty value counts as named. */
const globalPairs: readonly (readonly [key: string, fileKey: string, pointer: boolean])[] = [
  ['slack_app_token', 'slack_app_token_file', false], ['slack_api_url', 'slack_api_url_file', true], ['opsgenie_api_key', 'opsgenie_api_key_file', false],
  ['victorops_api_key', 'victorops_api_key_file', false], ['telegram_bot_token', 'telegram_bot_token_file', false], ['smtp_auth_password', 'smtp_auth_password_file', false],
  ['rocketchat_token', 'rocketchat_token_file', true], ['rocketchat_token_id', 'rocketchat_token_id_file', true], ['smtp_auth_secret', 'smtp_auth_secret_file', false],
  ['wechat_api_secret', 'wechat_api_secret_file', false], ['mattermost_webhook_url', 'mattermost_webhook_url_file', true],
];

/** Integrations that a null in the list stands for an empty one of; the others refuse it. */
const nullable = new Set(['slack_configs', 'opsgenie_configs', 'wechat_configs', 'rocketchat_configs']);

/** What each integration needs from itself or the global settings. */
const requirements: Readonly<Record<string, (value: Struct, global: Struct) => string | undefined>> = {
  email_configs: (value, global) => {
    if (!value.filled('smarthost') && !global.filled('smtp_smarthost')) return 'no global SMTP smarthost set';
    return value.filled('from') || global.filled('smtp_from') ? undefined : 'no global SMTP from set';
  },
  slack_configs: slackFault,
  pagerduty_configs: (value, global) => value.has('url') || global.has('pagerduty_url') ? undefined : 'no global PagerDuty URL set',
  opsgenie_configs: (value, global) => {
    if (!value.has('api_url') && !global.has('opsgenie_api_url')) return 'no global OpsGenie URL set';
    return either(value, global, 'api_key', 'opsgenie_api_key') ? undefined : 'no global OpsGenie API Key set either inline or in a file';
  },
  wechat_configs: (value, global) => {
    if (!value.has('api_url') && !global.has('wechat_api_url')) return 'no global Wechat URL set';
    if (!either(value, global, 'api_secret', 'wechat_api_secret')) return 'no global Wechat Api Secret set either inline or in a file';
    return value.filled('corp_id') || global.filled('wechat_api_corp_id') ? undefined : 'no global Wechat CorpID set';
  },
  victorops_configs: (value, global) => {
    if (!value.has('api_url') && !global.has('victorops_api_url')) return 'no global VictorOps URL set';
    return either(value, global, 'api_key', 'victorops_api_key') ? undefined : 'no global VictorOps API Key set';
  },
  telegram_configs: (value, global) => either(value, global, 'bot_token', 'telegram_bot_token') ? undefined : 'missing bot_token or bot_token_file on telegram_config',
  webex_configs: (value, global) => value.has('api_url') || global.has('webex_api_url') ? undefined : 'no global Webex URL set',
  jira_configs: (value, global) => value.has('api_url') || global.has('jira_api_url') ? undefined : 'no global Jira Cloud URL set',
  rocketchat_configs: (value, global) => {
    if (!eitherPointer(value, global, 'token_id', 'rocketchat_token_id')) return 'no global Rocketchat TokenID set either inline or in a file';
    return eitherPointer(value, global, 'token', 'rocketchat_token') ? undefined : 'no global Rocketchat Token set either inline or in a file';
  },
  mattermost_configs: (value, global) => eitherPointer(value, global, 'webhook_url', 'mattermost_webhook_url') ? undefined : 'missing webhook_url or webhook_url_file on mattermost_config',
};

/** Checks the global settings by themselves and every receiver with them. */
export function checkReceivers(config: Struct, global: Struct, fault: Report): void {
  for (const [key, fileKey, pointer] of globalPairs) {
    if ((pointer ? global.has(key) : global.filled(key)) && global.filled(fileKey)) fault(['global', fileKey], `at most one of ${key} & ${fileKey} must be configured`);
  }
  const slack = slackGlobalFault(global);
  if (slack !== undefined) fault(['global', 'slack_app_token'], slack);
  const names = new Set<string>();
  for (const [index, receiver] of (config.items('receivers') ?? []).entries()) {
    const name = receiver instanceof Struct ? receiver.text('name') : '';
    if (names.has(name)) fault(['receivers', index, 'name'], `notification config name ${JSON.stringify(name)} is not unique`);
    names.add(name);
    if (receiver instanceof Struct) checkIntegrations(receiver, global, fault);
  }
}

function checkIntegrations(receiver: Struct, global: Struct, fault: Report): void {
  for (const key of Object.keys(integrations)) {
    for (const [index, item] of (receiver.items(key) ?? []).entries()) {
      const path = [...receiver.path, key, index];
      if (!(item instanceof Struct) && !nullable.has(key)) {
        fault(path, `missing ${key.replace('_configs', '')} config`);
        continue;
      }
      const value = item instanceof Struct ? item : new Struct(path, new Map(), new Set());
      const message = requirements[key]?.(value, global);
      if (message !== undefined) fault(path, message);
    }
  }
}

/** A text or its file, here or in the global settings. */
function either(value: Struct, global: Struct, key: string, globalKey: string): boolean {
  return value.filled(key) || value.filled(`${key}_file`) || global.filled(globalKey) || global.filled(`${globalKey}_file`);
}

/** The same where an empty text is as good as any. */
function eitherPointer(value: Struct, global: Struct, key: string, globalKey: string): boolean {
  return value.has(key) || value.filled(`${key}_file`) || global.has(globalKey) || global.filled(`${globalKey}_file`);
}

function hasAppToken(value: Struct, prefix = ''): boolean {
  return value.filled(`${prefix}app_token`) || value.filled(`${prefix}app_token_file`);
}

function slackGlobalFault(global: Struct): string | undefined {
  if (!hasAppToken(global, 'slack_') || !(global.has('slack_api_url') || global.filled('slack_api_url_file'))) return undefined;
  const [webhook, app] = [global.text('slack_api_url'), global.text('slack_app_url')].map((text) => {
    const url = parseGoUrl(text);
    return 'error' in url ? text : url.format();
  });
  return webhook === app ? undefined : 'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured';
}

function slackFault(value: Struct, global: Struct): string | undefined {
  if (!value.has('app_url') && !global.has('slack_app_url')) return 'no global Slack App URL set';
  const http = value.struct('http_config');
  const authorized = http !== undefined && isAuthorized(http);
  const inherits = !hasAppToken(value) && !authorized && !value.has('api_url');
  const token = hasAppToken(value) || (inherits && hasAppToken(global, 'slack_'));
  const address = value.has('api_url') || value.filled('api_url_file') || global.has('slack_api_url') || global.filled('slack_api_url_file');
  if (!address && !token) return 'no Slack API URL nor App token set either inline or in a file';
  const shared = http ?? global.struct('http_config');
  return token && shared !== undefined && isAuthorized(shared) ? "http authorization can't be set when using Slack App tokens" : undefined;
}

/** A bearer token turns into an authorization while it is read. */
function isAuthorized(http: Struct): boolean {
  return http.has('authorization') || http.filled('bearer_token') || http.filled('bearer_token_file');
}
