/** The receivers of an Alertmanager configuration (Alertmanager 0.33: config/notifiers.go and notify/*): what each integration takes and refuses by itself. */

import { templateFault } from '../goTemplate.ts';
import { parseGoUrl } from '../goUrl.ts';
import { httpClient, tlsConfig } from './httpClient.ts';
import { any, bool, goDuration, integer, list, secret, struct, text, textMap, texts, unsigned, type FaultReporter, type Shape, type Struct, type StructShape } from './shape.ts';
import { duration, hostPort, pushoverDuration, secretUrl, templateUrl, webUrl } from './texts.ts';

/** The settings that every integration has, and its own. */
function integration(fields: Readonly<Record<string, Shape>>, check?: StructShape['check'], defaults?: StructShape['defaults']): StructShape {
  return struct({ send_resolved: bool, http_config: httpClient, ...fields }, check, defaults);
}

function atMostOne(value: Struct, fault: FaultReporter, key: string, fileKey: string): void {
  if (value.has(key) && (value.filled(key) || value.get(key) === '') && value.filled(fileKey)) fault(`at most one of ${key} & ${fileKey} must be configured`, fileKey);
}

/** For texts rather than pointers: an empty one counts as absent. */
function atMostOneText(value: Struct, fault: FaultReporter, key: string, fileKey: string): void {
  if (value.filled(key) && value.filled(fileKey)) fault(`at most one of ${key} & ${fileKey} must be configured`, fileKey);
}

function oneUrl(value: Struct, fault: FaultReporter, key: string, present: boolean): void {
  if (!present && !value.filled(`${key}_file`)) fault(`one of ${key} or ${key}_file must be configured`);
  if (present && value.filled(`${key}_file`)) fault(`at most one of ${key} & ${key}_file must be configured`, `${key}_file`);
}

const webhookUrl: StructShape['check'] = (value, fault) => { oneUrl(value, fault, 'webhook_url', value.has('webhook_url')); };

const discord = integration({ webhook_url: secretUrl, webhook_url_file: text, content: text, title: text, message: text, username: text, avatar_url: text }, webhookUrl);

const msteams = integration({ webhook_url: secretUrl, webhook_url_file: text, title: text, summary: text, text }, webhookUrl);

const msteamsv2 = integration({ webhook_url: secretUrl, webhook_url_file: text, title: text, text }, webhookUrl);

const webhook = integration({ url: templateUrl, url_file: text, max_alerts: unsigned, timeout: goDuration, payload: any },
  (value, fault) => { oneUrl(value, fault, 'url', value.filled('url')); });

const incidentio = integration({ url: webUrl, url_file: text, alert_source_token: secret, alert_source_token_file: text, max_alerts: unsigned, timeout: goDuration }, (value, fault) => {
  oneUrl(value, fault, 'url', value.has('url'));
  atMostOneText(value, fault, 'alert_source_token', 'alert_source_token_file');
  const http = value.struct('http_config');
  const token = value.filled('alert_source_token') || value.filled('alert_source_token_file');
  if (http?.has('authorization') === true && token) fault('cannot specify alert_source_token or alert_source_token_file when using http_config.authorization');
  if (http?.has('authorization') === false && !token) fault('at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured');
});

const webex = integration({ api_url: webUrl, message: text, room_id: text }, (value, fault) => {
  if (!value.filled('room_id')) fault('missing room_id on webex_config', 'room_id');
  const http = value.struct('http_config');
  // A bearer token turns into an authorization while it is read.
  const authorized = http !== undefined && (http.has('authorization') || http.filled('bearer_token') || http.filled('bearer_token_file'));
  if (!authorized) fault('missing webex_configs.http_config.authorization', 'http_config');
});

/** A header's name as Go compares it; names with other characters than HTTP allows are compared as they are. */
function canonicalHeader(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

const email = struct({
  send_resolved: bool, to: text, from: text, hello: text, smarthost: hostPort, auth_username: text, auth_password: secret, auth_password_file: text,
  auth_secret: secret, auth_secret_file: text, auth_identity: text, headers: textMap, html: text, text, require_tls: bool, tls_config: tlsConfig,
  force_implicit_tls: bool, threading: struct({ enabled: bool, thread_by_date: text }),
}, (value, fault) => {
  if (!value.filled('to')) fault('missing to address in email config', 'to');
  const names = new Set<string>();
  for (const name of value.textMap('headers').keys()) {
    const canonical = canonicalHeader(name);
    if (names.has(canonical)) fault(`duplicate header ${JSON.stringify(canonical)} in email config`, 'headers');
    names.add(canonical);
  }
  const threading = value.struct('threading');
  if (threading?.isTrue('enabled') !== true) return;
  for (const header of ['References', 'In-Reply-To']) {
    if (names.has(header)) fault(`conflicting configuration: threading.enabled conflicts with custom ${header} header`, 'headers');
  }
  if (!['none', 'daily'].includes(threading.text('thread_by_date'))) fault("threading.thread_by_date must be either 'none' or 'daily'", 'threading');
});

const pagerduty = integration({
  service_key: secret, service_key_file: text, routing_key: secret, routing_key_file: text, url: webUrl, client: text, client_url: text, description: text,
  details: { kind: 'map', value: any }, images: list(struct({ src: text, alt: text, href: text })), links: list(struct({ href: text, text })),
  source: text, severity: text, class: text, component: text, group: text, timeout: goDuration,
}, (value, fault) => {
  if (!['routing_key', 'service_key', 'routing_key_file', 'service_key_file'].some((key) => value.filled(key))) fault('missing service or routing key in PagerDuty config');
  atMostOneText(value, fault, 'routing_key', 'routing_key_file');
  atMostOneText(value, fault, 'service_key', 'service_key_file');
});

const slackField = struct({ title: text, value: text, short: bool }, (value, fault) => {
  if (!value.filled('title')) fault('missing title in Slack field configuration');
  if (!value.filled('value')) fault('missing value in Slack field configuration');
});

const slackAction = struct({
  type: text, text, url: text, style: text, name: text, value: text,
  confirm: struct({ text, title: text, ok_text: text, dismiss_text: text }, (value, fault) => {
    if (!value.filled('text')) fault('missing text in Slack confirmation configuration');
  }),
}, (value, fault) => {
  if (!value.filled('type')) fault('missing type in Slack action configuration');
  if (!value.filled('text')) fault('missing text in Slack action configuration');
  if (!value.filled('url') && !value.filled('name')) fault('missing name or url in Slack action configuration');
});

/** The only address at which Slack changes messages. */
const slackPostMessage = 'https://slack.com/api/chat.postMessage';

function isSlackPostMessage(address: string): boolean {
  const url = parseGoUrl(address);
  return !('error' in url) && url.format() === slackPostMessage;
}

const slack = integration({
  api_url: secretUrl, api_url_file: text, app_token: secret, app_token_file: text, app_url: webUrl, channel: text, username: text, color: text, title: text,
  title_link: text, pretext: text, text, message_text: text, fields: list(slackField), short_fields: bool, footer: text, fallback: text, callback_id: text,
  icon_emoji: text, icon_url: text, image_url: text, thumb_url: text, link_names: bool, mrkdwn_in: texts, actions: list(slackAction), update_message: bool,
  timeout: goDuration,
}, (value, fault) => {
  atMostOne(value, fault, 'api_url', 'api_url_file');
  atMostOneText(value, fault, 'app_token', 'app_token_file');
  if ((value.has('api_url') || value.filled('api_url_file')) && (value.filled('app_token') || value.filled('app_token_file'))) {
    fault('at most one of api_url/api_url_file & app_token/app_token_file must be configured');
  }
  // Without api_url Alertmanager 0.33.1 does not even report an error: it crashes while it loads.
  if (value.isTrue('update_message') && value.known('api_url') && !isSlackPostMessage(value.text('api_url'))) {
    fault(`update_message can only be used with bot tokens. api_url must be set to ${slackPostMessage}`, 'update_message');
  }
});

const wechat = integration({
  api_secret: secret, api_secret_file: text, corp_id: text, message: text, api_url: webUrl, to_user: text, to_party: text, to_tag: text, agent_id: text, message_type: text,
}, (value, fault) => {
  const type = value.text('message_type');
  if (!['', 'text', 'markdown'].includes(type)) fault(`weChat message type ${JSON.stringify(type)} does not match valid options ^(text|markdown)$`, 'message_type');
  atMostOneText(value, fault, 'api_secret', 'api_secret_file');
});

/** The kinds of OpsGenie responders. */
export const responderTypes = /^(?:teams?|user|escalation|schedule)$/;

const opsgenie = integration({
  api_key: secret, api_key_file: text, api_url: webUrl, message: text, description: text, source: text, details: textMap, entity: text,
  responders: list(struct({ id: text, name: text, username: text, type: text })), actions: text, tags: text, note: text, priority: text, update_alerts: bool,
}, (value, fault) => {
  atMostOneText(value, fault, 'api_key', 'api_key_file');
  for (const responder of value.items('responders') ?? []) checkResponder(responder as Struct | null, fault);
});

function checkResponder(responder: Struct | null, fault: FaultReporter): void {
  const type = responder?.text('type') ?? '';
  if (!['id', 'username', 'name'].some((key) => responder?.filled(key))) fault('opsGenieConfig responder has to have at least one of id, username or name specified', 'responders');
  const broken = templateFault(type);
  if (broken !== undefined) fault(`opsGenieConfig responder type contains invalid template syntax: ${broken}`, 'responders');
  else if (!type.includes('{{') && !responderTypes.test(type.toLowerCase())) {
    fault('opsGenieConfig responder type does not match valid options ^(team|teams|user|escalation|schedule)$', 'responders');
  }
}

/** Names that VictorOps' own fields have. */
export const reservedVictorOpsFields = ['routing_key', 'message_type', 'state_message', 'entity_display_name', 'monitoring_tool', 'entity_id', 'entity_state'] as const;

const victorops = integration({
  api_key: secret, api_key_file: text, api_url: webUrl, routing_key: text, message_type: text, state_message: text, entity_display_name: text, monitoring_tool: text, custom_fields: textMap,
}, (value, fault) => {
  if (!value.filled('routing_key')) fault('missing Routing key in VictorOps config', 'routing_key');
  atMostOneText(value, fault, 'api_key', 'api_key_file');
  const custom = value.textMap('custom_fields');
  for (const name of reservedVictorOpsFields) {
    if (custom.has(name)) fault(`victorOps config contains custom field ${name} which cannot be used as it conflicts with the fixed/static fields`, 'custom_fields');
  }
});

const pushover = integration({
  user_key: secret, user_key_file: text, token: secret, token_file: text, title: text, message: text, url: text, url_title: text, device: text, sound: text, priority: text,
  retry: pushoverDuration, expire: pushoverDuration, ttl: pushoverDuration, html: bool, monospace: bool,
}, (value, fault) => {
  oneUrl(value, fault, 'user_key', value.filled('user_key'));
  oneUrl(value, fault, 'token', value.filled('token'));
  if (value.isTrue('html') && value.isTrue('monospace')) fault('at most one of monospace & html must be configured', 'monospace');
});

const sns = integration({
  api_url: text, topic_arn: text, phone_number: text, target_arn: text, subject: text, message: text, attributes: textMap, use_aws_http_client: bool,
  sigv4: struct({ region: text, access_key: text, secret_key: secret, profile: text, role_arn: text, external_id: text, use_fips_sts_endpoint: bool, service_name: text }, (value, fault) => {
    if (value.filled('access_key') !== value.filled('secret_key')) fault('must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config');
    if (value.filled('external_id') && !value.filled('role_arn')) fault('external_id can only be used with role_arn', 'external_id');
  }),
}, (value, fault) => {
  if (!hasOddAddresses(value.filled('target_arn'), value.filled('topic_arn'), value.filled('phone_number'))) {
    fault('must provide either a Target ARN, Topic ARN, or Phone Number for SNS config');
  }
});

/** Go's chain of `!=` asks for one address, or all three. The operator has the same chain. */
export function hasOddAddresses(...present: readonly boolean[]): boolean {
  return present.filter((value) => value).length % 2 === 1;
}

/** The ways in which Telegram reads a message. */
export const telegramParseModes = ['', 'Markdown', 'MarkdownV2', 'HTML'];

const telegram = integration({
  api_url: webUrl, bot_token: secret, bot_token_file: text, chat_id: integer, chat_id_file: text, message_thread_id: integer, message: text, disable_notifications: bool, parse_mode: text,
}, (value, fault) => {
  const chat = (value.get('chat_id') ?? 0) !== 0;
  atMostOneText(value, fault, 'bot_token', 'bot_token_file');
  if (!chat && !value.filled('chat_id_file')) fault('missing chat_id or chat_id_file on telegram_config', 'chat_id');
  if (chat && value.filled('chat_id_file')) fault('at most one of chat_id & chat_id_file must be configured', 'chat_id_file');
  if (!telegramParseModes.includes(value.text('parse_mode'))) fault('unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string', 'parse_mode');
});

const jiraField: Shape = { kind: 'textOr', struct: struct({ template: text, enable_update: bool }) };

const jira = integration({
  api_url: webUrl, api_type: text, project: text, summary: jiraField, description: jiraField, labels: texts, priority: text, issue_type: text, reopen_transition: text,
  resolve_transition: text, wont_fix_resolution: text, reopen_duration: duration, fields: { kind: 'map', value: any },
}, (value, fault) => {
  if (!value.filled('project')) fault('missing project in jira_config', 'project');
  if (!value.filled('issue_type')) fault('missing issue_type in jira_config', 'issue_type');
  if (!['auto', 'cloud', 'datacenter'].includes(value.text('api_type'))) fault('unknown api_type on jira_config, must be auto, cloud or datacenter', 'api_type');
}, { api_type: 'auto' });

// Rocket.Chat's nested structs have no YAML names, so go-yaml takes their Go names in lower case.
const rocketchat = integration({
  api_url: webUrl, token_id: secret, token_id_file: text, token: secret, token_file: text, channel: text, color: text, title: text, title_link: text, text,
  fields: list(struct({ short: bool, title: text, value: text })), short_fields: bool, emoji: text, icon_url: text, image_url: text, thumb_url: text, link_names: bool,
  actions: list(struct({ type: text, text, url: text, imageurl: text, iswebview: bool, webviewheightratio: text, msg: text, msginchatwindow: bool, msgprocessingtype: text })),
}, (value, fault) => {
  atMostOne(value, fault, 'token', 'token_file');
  atMostOne(value, fault, 'token_id', 'token_id_file');
});

const mattermostField = struct({ title: text, value: text, short: bool }, (value, fault) => {
  if (!value.filled('title')) fault('missing title in Mattermost field configuration');
  if (!value.filled('value')) fault('missing value in Mattermost field configuration');
});

const mattermostMessage = {
  fallback: text, color: text, pretext: text, text, author_name: text, author_link: text, author_icon: text, title: text, title_link: text,
  fields: list(mattermostField), thumb_url: text, footer: text, footer_icon: text, image_url: text,
};

const mattermost = integration({
  webhook_url: secretUrl, webhook_url_file: text, channel: text, username: text, ...mattermostMessage, icon_url: text, icon_emoji: text,
  attachments: list(struct(mattermostMessage)), type: text, props: struct({ card: text }),
  priority: struct({ priority: text, requested_ack: bool, persistent_notifications: bool }),
}, (value, fault) => { atMostOne(value, fault, 'webhook_url', 'webhook_url_file'); });

/** The integrations of a receiver by their keys. */
export const integrations: Readonly<Record<string, StructShape>> = {
  discord_configs: discord, email_configs: email, incidentio_configs: incidentio, pagerduty_configs: pagerduty, slack_configs: slack, webhook_configs: webhook,
  opsgenie_configs: opsgenie, wechat_configs: wechat, pushover_configs: pushover, victorops_configs: victorops, sns_configs: sns, telegram_configs: telegram,
  webex_configs: webex, msteams_configs: msteams, msteamsv2_configs: msteamsv2, jira_configs: jira, rocketchat_configs: rocketchat, mattermost_configs: mattermost,
};

/** A receiver with its integrations. */
export const receiver = struct({
  name: text, labels: textMap, ...Object.fromEntries(Object.entries(integrations).map(([key, shape]) => [key, list(shape)])),
}, (value, fault) => {
  if (!value.filled('name')) fault('missing name in receiver', 'name');
  const label = value.textMap('labels').get('name');
  if (label !== undefined && label !== value.text('name')) fault(`receiver label "name" must match receiver name ${JSON.stringify(value.text('name'))}, got ${JSON.stringify(label)}`, 'labels');
});
