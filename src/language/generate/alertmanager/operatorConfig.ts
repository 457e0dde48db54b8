/** The structs in which the operator keeps an Alertmanager's configuration (pkg/alertmanager/types.go, v0.93.1), in the order of the generated text. */

import { formatTimeOfDay, parseDaysOfMonth, parseMonths, parseTimeOfDay, parseWeekdays, parseYears, weekdayNames, type RangeResult } from '../../routing/timeInterval.ts';
import type { OperatorShape } from './operatorShape.ts';

type Fields = Readonly<Record<string, OperatorShape>>;

const text: OperatorShape = { kind: 'text' };
const requiredText: OperatorShape = { kind: 'text', always: true };
const pointerText: OperatorShape = { kind: 'text', pointer: true };
const secret: OperatorShape = { kind: 'text', secret: true };
const bool: OperatorShape = { kind: 'bool' };
const pointerBool: OperatorShape = { kind: 'bool', pointer: true };
const requiredBool: OperatorShape = { kind: 'bool', always: true };
const url: OperatorShape = { kind: 'url' };
const duration: OperatorShape = { kind: 'duration', pointer: true };
const hostPort: OperatorShape = { kind: 'hostPort' };
const any: OperatorShape = { kind: 'any' };
const texts: OperatorShape = { kind: 'list', item: text };
const textMap: OperatorShape = { kind: 'map', value: text };
const anyMap: OperatorShape = { kind: 'map', value: any };

function list(item: OperatorShape): OperatorShape {
  return { kind: 'list', item };
}

/** A pointer to a struct, which is written even when it is empty. */
function struct(fields: Fields): OperatorShape {
  return { kind: 'struct', fields, pointer: true };
}

function all(shape: OperatorShape, ...names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

const tlsConfig = struct({ ...all(text, 'ca_file', 'cert_file', 'key_file', 'server_name'), insecure_skip_verify: requiredBool, min_version: text, max_version: text });

const proxy: Fields = { proxy_url: text, no_proxy: text, proxy_from_environment: bool, proxy_connect_header: { kind: 'map', value: { kind: 'list', item: secret, always: true } } };

const httpConfig = struct({
  authorization: struct({ type: text, credentials: secret, credentials_file: text }),
  basic_auth: struct({ username: text, password: secret, password_file: text }),
  oauth2: struct({ client_id: requiredText, client_secret: { kind: 'text', always: true, secret: true }, client_secret_file: text, scopes: texts, token_url: requiredText, endpoint_params: textMap, ...proxy, tls_config: tlsConfig }),
  bearer_token: secret, bearer_token_file: text, tls_config: tlsConfig, follow_redirects: pointerBool, enable_http2: pointerBool,
  http_headers: { kind: 'map', value: { kind: 'struct', fields: { values: texts, secrets: list({ kind: 'hidden' }), files: texts } } },
  ...proxy,
});

const common: Fields = { send_resolved: pointerBool, http_config: httpConfig };

const globalConfig = struct({
  resolve_timeout: duration, http_config: httpConfig, ...all(text, 'smtp_from', 'smtp_hello'), smtp_smarthost: hostPort, smtp_auth_username: text,
  smtp_auth_password: secret, smtp_auth_password_file: text, smtp_auth_secret: secret, ...all(text, 'smtp_auth_secret_file', 'smtp_auth_identity'), smtp_require_tls: pointerBool,
  smtp_tls_config: tlsConfig, smtp_force_implicit_tls: pointerBool, slack_api_url: url, slack_api_url_file: text, pagerduty_url: url, hipchat_api_url: url, hipchat_auth_token: secret,
  opsgenie_api_url: url, opsgenie_api_key: secret, opsgenie_api_key_file: text, wechat_api_url: url, wechat_api_secret: secret, wechat_api_corp_id: text, victorops_api_url: url,
  victorops_api_key: secret, victorops_api_key_file: text, telegram_api_url: url, telegram_bot_token: secret, telegram_bot_token_file: text, webex_api_url: url, jira_api_url: url,
  rocketchat_api_url: url, rocketchat_token: secret, rocketchat_token_file: text, rocketchat_token_id: secret, rocketchat_token_id_file: text, slack_app_token: secret,
  slack_app_token_file: text, slack_app_url: url, wechat_api_secret_file: text, mattermost_webhook_url: url, mattermost_webhook_url_file: text,
});

const routeFields: Record<string, OperatorShape> = { receiver: text, group_by: texts, match: textMap, match_re: textMap, matchers: texts, continue: bool };
const route = struct(routeFields);
Object.assign(routeFields, { routes: list(route), ...all(text, 'group_wait', 'group_interval', 'repeat_interval'), mute_time_intervals: texts, active_time_intervals: texts });

const inhibitRule = struct({ target_match: textMap, target_match_re: textMap, target_matchers: texts, source_match: textMap, source_match_re: textMap, source_matchers: texts, equal: texts });

const mattermostText = all(text, 'fallback', 'color', 'pretext', 'author_name', 'author_link', 'author_icon', 'title', 'title_link');
const mattermostFields = list({ kind: 'struct', fields: { title: text, value: text, short: bool } });

const receiver = struct({
  name: requiredText,
  opsgenie_configs: list(struct({
    ...common, api_key: secret, ...all(text, 'api_key_file', 'api_url', 'message', 'description', 'source'), details: textMap,
    responders: list({ kind: 'struct', fields: all(text, 'id', 'name', 'username', 'type') }), ...all(text, 'tags', 'note', 'priority'), update_alerts: pointerBool, entity: text, actions: text,
  })),
  pagerduty_configs: list(struct({
    ...common, service_key: secret, service_key_file: text, routing_key: secret, ...all(text, 'routing_key_file', 'url', 'client', 'client_url', 'description'), details: anyMap,
    images: list({ kind: 'struct', fields: all(text, 'src', 'alt', 'href') }), links: list({ kind: 'struct', fields: all(text, 'href', 'text') }),
    ...all(text, 'severity', 'class', 'component', 'group', 'source'), timeout: duration,
  })),
  slack_configs: list(struct({
    ...common, api_url: secret, api_url_file: text, app_token: secret, ...all(text, 'app_token_file', 'app_url', 'channel', 'username', 'color', 'title', 'title_link', 'pretext', 'text'),
    fields: list({ kind: 'struct', fields: { title: text, value: text, short: bool } }), short_fields: bool,
    ...all(text, 'footer', 'fallback', 'callback_id', 'icon_emoji', 'icon_url', 'image_url', 'thumb_url'), link_names: bool, mrkdwn_in: texts,
    actions: list({ kind: 'struct', fields: { ...all(text, 'type', 'text', 'url', 'style', 'name', 'value'), confirm: struct(all(text, 'text', 'title', 'ok_text', 'dismiss_text')) } }),
    timeout: duration, message_text: text, update_message: pointerBool,
  })),
  webhook_configs: list(struct({ send_resolved: pointerBool, url: secret, url_file: text, http_config: httpConfig, max_alerts: { kind: 'integer', bits: 32 }, timeout: duration, payload: any })),
  wechat_configs: list(struct({ send_resolved: pointerBool, api_secret: secret, ...all(text, 'api_url', 'corp_id', 'agent_id', 'to_user', 'to_party', 'to_tag', 'message', 'message_type'), http_config: httpConfig, api_secret_file: text })),
  email_configs: list(struct({
    send_resolved: pointerBool, ...all(text, 'to', 'from', 'hello'), smarthost: hostPort, auth_username: text, auth_password: secret, auth_password_file: text, auth_secret: secret,
    auth_secret_file: text, auth_identity: text, headers: textMap, html: pointerText, text: pointerText, require_tls: pointerBool, tls_config: tlsConfig, force_implicit_tls: pointerBool,
    threading: struct({ enabled: pointerBool, thread_by_date: text }),
  })),
  pushover_configs: list(struct({
    ...common, user_key: secret, user_key_file: text, token: secret, ...all(text, 'token_file', 'title', 'message', 'url', 'url_title', 'ttl', 'device', 'sound', 'priority'),
    retry: duration, expire: duration, html: pointerBool, monospace: pointerBool,
  })),
  victorops_configs: list(struct({ ...common, api_key: secret, ...all(text, 'api_key_file', 'api_url', 'routing_key', 'message_type', 'state_message', 'entity_display_name', 'monitoring_tool'), custom_fields: textMap })),
  sns_configs: list(struct({
    ...common, api_url: text, sigv4: { kind: 'struct', fields: { region: text, access_key: secret, secret_key: secret, ...all(text, 'profile', 'role_arn', 'external_id') } },
    ...all(text, 'topic_arn', 'phone_number', 'target_arn', 'subject', 'message'), attributes: textMap, use_aws_http_client: bool,
  })),
  telegram_configs: list(struct({
    send_resolved: pointerBool, api_url: text, bot_token: secret, bot_token_file: text, chat_id: { kind: 'integer', bits: 64 }, chat_id_file: text,
    message_thread_id: { kind: 'integer', bits: 64 }, message: text, disable_notifications: bool, parse_mode: text, http_config: httpConfig,
  })),
  discord_configs: list(struct({ ...common, webhook_url: secret, ...all(text, 'title', 'message', 'content', 'username', 'avatar_url') })),
  webex_configs: list(struct({ ...common, api_url: text, message: text, room_id: requiredText })),
  msteams_configs: list(struct({ send_resolved: pointerBool, webhook_url: { kind: 'text', always: true, secret: true }, ...all(text, 'title', 'summary', 'text'), http_config: httpConfig })),
  msteamsv2_configs: list(struct({ send_resolved: pointerBool, webhook_url: secret, ...all(text, 'webhook_url_file', 'title', 'text'), http_config: httpConfig })),
  jira_configs: list(struct({
    http_config: httpConfig, send_resolved: pointerBool, ...all(text, 'api_url', 'project', 'summary', 'description'), labels: texts,
    ...all(text, 'priority', 'issue_type', 'reopen_transition', 'resolve_transition', 'wont_fix_resolution'), reopen_duration: { kind: 'duration' }, fields: anyMap, api_type: text,
  })),
  rocketchat_configs: list(struct({
    ...common, api_url: text, token_id: { kind: 'text', pointer: true, secret: true }, token_id_file: text, token: { kind: 'text', pointer: true, secret: true },
    ...all(text, 'token_file', 'channel', 'color', 'title', 'title_link', 'text'), fields: list(struct({ short: { kind: 'bool', nullable: true }, title: text, value: text })), short_fields: requiredBool,
    ...all(text, 'emoji', 'icon_url', 'image_url', 'thumb_url'), link_names: requiredBool,
    actions: list(struct({
      ...all(text, 'type', 'text', 'url', 'image_url'), is_webview: requiredBool, webview_height_ratio: text, msg: text, msg_in_chat_window: requiredBool, msg_processing_type: text,
    })),
  })),
  mattermost_configs: list(struct({
    send_resolved: pointerBool, webhook_url: secret, ...all(text, 'webhook_url_file', 'channel', 'username', 'text', 'icon_url', 'icon_emoji'),
    attachments: list(struct({ ...mattermostText, text, fields: mattermostFields, ...all(text, 'thumb_url', 'footer', 'footer_icon', 'image_url') })), props: struct({ card: pointerText }),
    priority: struct({ priority: text, requested_ack: pointerBool, persistent_notifications: pointerBool }), ...mattermostText, fields: mattermostFields,
    ...all(text, 'thumb_url', 'footer', 'footer_icon', 'image_url'), http_config: httpConfig,
  })),
  incidentio_configs: list(struct({ ...common, url: text, url_file: text, alert_source_token: secret, alert_source_token_file: text, max_alerts: { kind: 'integer', bits: 32, pointer: true }, timeout: duration })),
});

function canonical(write: (text: string) => string): OperatorShape {
  return { kind: 'canonical', write };
}

function range(parse: (text: string) => RangeResult, member: (value: number) => string = String): OperatorShape {
  return canonical((text) => {
    const result = parse(text);
    return 'error' in result ? text : formatRange(result.begin, result.end, member);
  });
}

/** A range of numbers as Alertmanager writes it: one number when both ends are the same. */
export function formatRange(begin: number, end: number, member: (value: number) => string = String): string {
  return begin === end ? member(begin) : `${member(begin)}:${member(end)}`;
}

/** A weekday's name in Alertmanager's spelling. */
export function weekdayName(day: number): string {
  return weekdayNames[day] ?? String(day);
}

const timeOfDay = canonical((text) => formatTimeOfDay(parseTimeOfDay(text) ?? 0));

const timeIntervals: OperatorShape = list(struct({
  name: requiredText,
  time_intervals: {
    kind: 'list',
    always: true,
    item: {
      kind: 'struct',
      fields: {
        times: list(struct({ start_time: timeOfDay, end_time: timeOfDay })), weekdays: list(range(parseWeekdays, weekdayName)), days_of_month: list(range(parseDaysOfMonth)),
        months: list(range(parseMonths)), years: list(range(parseYears)), location: canonical((name) => name === '' ? 'UTC' : name),
      },
    },
  },
}));

/** The whole configuration. */
export const operatorConfig: OperatorShape = struct({
  global: globalConfig, route, inhibit_rules: list(inhibitRule), receivers: list(receiver), mute_time_intervals: timeIntervals, time_intervals: timeIntervals, templates: { kind: 'list', item: text, always: true },
});
