/** The integrations of a receiver in Alertmanager's words (the convert functions of operator v0.93.1), before they are fitted to a version. */

import { formatDuration, readDuration } from '../../duration.ts';
import { joinHostPort, splitHostPort } from '../../routing/hostPort.ts';
import { atLeast, type Version } from '../../version.ts';
import { filled, mapOf, type Fields } from '../fields.ts';
import { list, map, type MapNode, type Node } from '../node.ts';
import type { Source } from '../source.ts';
import { GenerationFault } from './draft.ts';
import { httpConfig, nonEmpty, tlsConfig } from './httpConfig.ts';
import type { Resolver } from './resolver.ts';

/** What an integration is converted with. */
export interface Conversion {
  readonly resolver: Resolver;
  readonly version: Version;
  /** v1beta1 loses the fields that its conversion to v1alpha1 forgets. */
  readonly isBeta: boolean;
  /** The global settings that some integrations have to be completed by. */
  readonly global: { readonly smtpSmarthost: boolean; readonly smtpFrom: boolean };
}

type Convert = (config: Source, conversion: Conversion) => Fields;

/** Each integration: its key in the object, its key in the configuration, and its fields. */
const integrations: readonly (readonly [key: string, generatedKey: string, convert: Convert])[] = [
  ['opsgenieConfigs', 'opsgenie_configs', (config, { resolver, isBeta }) => ({
    ...common(config, resolver), api_key: secret(config.at('apiKey'), resolver), ...texts(config, { api_url: 'apiURL' }, 'message', 'description', 'source'),
    details: keyValues(config.at('details')), responders: maps(config.at('responders'), (responder) => texts(responder, {}, 'id', 'name', 'username', 'type')),
    ...texts(config, {}, 'tags', 'note', 'priority'), update_alerts: isBeta ? undefined : config.at('updateAlerts'), ...texts(config, {}, 'entity', 'actions'),
  })],
  ['pagerdutyConfigs', 'pagerduty_configs', (config, { resolver }) => ({
    ...common(config, resolver), service_key: secret(config.at('serviceKey'), resolver), routing_key: secret(config.at('routingKey'), resolver),
    ...texts(config, { client_url: 'clientURL' }, 'url', 'client'), ...texts(config, {}, 'description'), details: keyValues(config.at('details')),
    images: maps(config.at('pagerDutyImageConfigs'), (image) => texts(image, {}, 'src', 'alt', 'href')),
    // The text of a link is spelled `alt` in the object.
    links: maps(config.at('pagerDutyLinkConfigs'), (link) => texts(link, { text: 'alt' }, 'href')),
    ...texts(config, {}, 'severity', 'class', 'component', 'group', 'source'), timeout: duration(config.at('timeout')),
  })],
  ['slackConfigs', 'slack_configs', (config, { resolver }) => ({
    ...common(config, resolver), api_url: address(config.at('apiURL'), resolver),
    ...texts(config, { title_link: 'titleLink', callback_id: 'callbackId', icon_emoji: 'iconEmoji', icon_url: 'iconURL', image_url: 'imageURL', thumb_url: 'thumbURL', message_text: 'messageText' },
      'channel', 'username', 'color', 'title', 'pretext', 'text', 'footer', 'fallback'),
    fields: maps(config.at('fields'), (field) => ({ ...texts(field, {}, 'title', 'value'), short: flag(field.at('short')) })),
    short_fields: flag(config.at('shortFields')), link_names: flag(config.at('linkNames')), mrkdwn_in: filled(config.at('mrkdwnIn')),
    actions: maps(config.at('actions'), (action) => ({
      ...texts(action, {}, 'type', 'text', 'url', 'style', 'name', 'value'),
      confirm: action.at('confirm').exists ? mapOf(texts(action.at('confirm'), { ok_text: 'okText', dismiss_text: 'dismissText' }, 'text', 'title'), action.at('confirm').origin) : undefined,
    })),
    timeout: duration(config.at('timeout')), update_message: config.at('updateMessage'),
  })],
  ['webhookConfigs', 'webhook_configs', (config, { resolver }) => ({
    ...common(config, resolver), url: config.at('urlSecret').exists ? secret(config.at('urlSecret'), resolver) : filled(config.at('url')),
    max_alerts: config.at('maxAlerts').number > 0 ? config.at('maxAlerts') : undefined, timeout: duration(config.at('timeout')), payload: config.at('payload'),
  })],
  ['wechatConfigs', 'wechat_configs', (config, { resolver }) => ({
    ...common(config, resolver), api_secret: secret(config.at('apiSecret'), resolver),
    ...texts(config, { api_url: 'apiURL', corp_id: 'corpID', agent_id: 'agentID', to_user: 'toUser', to_party: 'toParty', to_tag: 'toTag', message_type: 'messageType' }, 'message'),
  })],
  ['emailConfigs', 'email_configs', email],
  ['pushoverConfigs', 'pushover_configs', (config, { resolver, isBeta }) => ({
    ...common(config, resolver), user_key: secret(config.at('userKey'), resolver), token: secret(config.at('token'), resolver),
    ...texts(config, { url_title: 'urlTitle' }, 'title', 'message', 'url'), ...(isBeta ? {} : texts(config, {}, 'ttl')), ...texts(config, {}, 'device', 'priority'),
    retry: duration(config.at('retry')), expire: duration(config.at('expire')), html: config.at('html'), monospace: config.at('monospace'),
  })],
  ['victoropsConfigs', 'victorops_configs', (config, { resolver }) => ({
    ...common(config, resolver), api_key: secret(config.at('apiKey'), resolver), custom_fields: keyValues(config.at('customFields')),
    ...texts(config, { api_url: 'apiUrl', routing_key: 'routingKey', message_type: 'messageType', state_message: 'stateMessage', entity_display_name: 'entityDisplayName', monitoring_tool: 'monitoringTool' }),
  })],
  ['snsConfigs', 'sns_configs', (config, { resolver, version }) => ({
    ...common(config, resolver), sigv4: sigV4(config.at('sigv4'), resolver, version),
    ...texts(config, { api_url: 'apiURL', topic_arn: 'topicARN', phone_number: 'phoneNumber', target_arn: 'targetARN' }, 'subject', 'message'),
    attributes: filled(config.at('attributes')), use_aws_http_client: atLeast(version, '0.33.0') ? flag(config.at('useAWSHTTPClient')) : undefined,
  })],
  ['telegramConfigs', 'telegram_configs', (config, { resolver }) => ({
    ...common(config, resolver), ...texts(config, { api_url: 'apiURL', bot_token_file: 'botTokenFile', parse_mode: 'parseMode' }, 'message'), bot_token: botToken(config.at('botToken'), resolver),
    chat_id: number(config.at('chatID')), message_thread_id: number(config.at('messageThreadID')), disable_notifications: flag(config.at('disableNotifications')),
  })],
  ['discordConfigs', 'discord_configs', (config, { resolver }) => ({
    ...common(config, resolver), webhook_url: resolver.trimmedSecret(config.at('apiURL')), ...texts(config, { avatar_url: 'avatarURL' }, 'title', 'message', 'content', 'username'),
  })],
  ['webexConfigs', 'webex_configs', (config, { resolver }) => ({ ...common(config, resolver), ...texts(config, { api_url: 'apiURL' }, 'message'), room_id: config.at('roomID').scalar(config.at('roomID').text) })],
  ['msteamsConfigs', 'msteams_configs', (config, { resolver }) => ({ ...common(config, resolver), webhook_url: resolver.secret(config.at('webhookUrl')), ...texts(config, {}, 'title', 'summary', 'text') })],
  ['msteamsv2Configs', 'msteamsv2_configs', (config, { resolver }) => ({ ...common(config, resolver), webhook_url: secret(config.at('webhookURL'), resolver), ...texts(config, {}, 'title', 'text') })],
  ['rocketchatConfigs', 'rocketchat_configs', (config, { resolver }) => ({
    ...common(config, resolver), token_id: resolver.secret(config.at('tokenID')), token: resolver.secret(config.at('token')),
    ...texts(config, { api_url: 'apiURL', title_link: 'titleLink', icon_url: 'iconURL', image_url: 'imageURL', thumb_url: 'thumbURL' }, 'channel', 'color', 'title', 'text', 'emoji'),
    fields: maps(config.at('fields'), (field) => ({ short: field.at('short').copy() ?? field.scalar(null), ...texts(field, {}, 'title', 'value') })),
    short_fields: config.at('shortFields').scalar(config.at('shortFields').isTrue), link_names: config.at('linkNames').scalar(config.at('linkNames').isTrue),
    actions: maps(config.at('actions'), (action) => ({ ...texts(action, {}, 'text', 'url', 'msg'), is_webview: false, msg_in_chat_window: false })),
  })],
];

/** A receiver with its name made unique and all its integrations. */
export function convertReceiver(receiver: Source, conversion: Conversion): MapNode {
  const name = conversion.resolver.prefixed(receiver.at('name').text) ?? '';
  const fields: Record<string, Node> = { name: receiver.at('name').scalar(name) };
  for (const [key, generatedKey, convert] of integrations) {
    const configs = receiver.at(key);
    if (configs.items.length > 0) fields[generatedKey] = list(configs.items.map((config) => mapOf(convert(config, conversion), config.origin)), configs.origin);
  }
  return mapOf(fields, receiver.origin);
}

function common(config: Source, resolver: Resolver): Fields {
  return { send_resolved: config.at('sendResolved'), http_config: httpConfig(config.at('httpConfig'), resolver) };
}

/** Texts that are left out when they are empty: those that have another name in the object, and those that have the same. */
function texts(source: Source, renamed: Readonly<Record<string, string>>, ...names: readonly string[]): Fields {
  const pairs = [...names.map((name) => [name, name] as const), ...Object.entries(renamed)];
  return Object.fromEntries(pairs.map(([key, name]) => [key, filled(source.at(name))]));
}

/** A boolean that is left out when it is false. */
function flag(source: Source): Source | undefined {
  return source.isTrue ? source : undefined;
}

function number(source: Source): Source | undefined {
  return source.number === 0 ? undefined : source;
}

function secret(selector: Source, resolver: Resolver): Node | undefined {
  return selector.exists ? nonEmpty(resolver.secret(selector)) : undefined;
}

/** An address from a Secret, without the line break that often ends it. */
function address(selector: Source, resolver: Resolver): Node | undefined {
  return selector.exists ? nonEmpty(resolver.trimmedSecret(selector)) : undefined;
}

function botToken(selector: Source, resolver: Resolver): Node | undefined {
  const token = secret(selector, resolver);
  if (selector.exists && token === undefined) throw new GenerationFault('mandatory field "botToken" is empty', selector.origin);
  return token;
}

/** The operator writes durations in a form of its own, `90m` as `1h30m`. */
function duration(source: Source): Node | undefined {
  if (source.text === '') return undefined;
  const result = readDuration(source.text);
  if ('error' in result) throw new GenerationFault(result.error, source.origin);
  return source.scalar(formatDuration(result.milliseconds));
}

/** A list of keys and values as a map, of which the last value of a key counts. */
function keyValues(source: Source): MapNode | undefined {
  const entries = new Map(source.items.map((item) => [item.at('key').text, item.at('value').scalar(item.at('value').text)]));
  return entries.size === 0 ? undefined : map([...entries].sort(([a], [b]) => a < b ? -1 : 1), source.origin);
}

function maps(source: Source, convert: (item: Source) => Fields): Node | undefined {
  return source.items.length === 0 ? undefined : list(source.items.map((item) => mapOf(convert(item), item.origin)), source.origin);
}

function email(config: Source, { resolver, global }: Conversion): Fields {
  const smarthost = config.at('smarthost');
  if (smarthost.text === '' && !global.smtpSmarthost) throw new GenerationFault('SMTP smarthost is a mandatory field, it is neither specified at global config nor at receiver level', config.origin);
  if (config.at('from').text === '' && !global.smtpFrom) throw new GenerationFault('SMTP from is a mandatory field, it is neither specified at global config nor at receiver level', config.origin);
  const parts = smarthost.text === '' ? undefined : splitHostPort(smarthost.text);
  if (parts !== undefined && 'error' in parts) throw new GenerationFault(`invalid SMTP smarthost ${JSON.stringify(smarthost.text)}: ${parts.error}`, smarthost.origin);
  const hostless = parts === undefined || (parts.host === '' && parts.port === '');
  return {
    send_resolved: config.at('sendResolved'), ...texts(config, {}, 'to', 'from', 'hello'), smarthost: hostless ? undefined : smarthost.scalar(joinHostPort(parts.host, parts.port)),
    ...texts(config, { auth_username: 'authUsername' }), auth_password: secret(config.at('authPassword'), resolver), auth_secret: secret(config.at('authSecret'), resolver),
    ...texts(config, { auth_identity: 'authIdentity' }), headers: keyValues(config.at('headers')), html: config.at('html'), text: config.at('text'), require_tls: config.at('requireTLS'),
    tls_config: tlsConfig(config.at('tlsConfig'), resolver), force_implicit_tls: config.at('forceImplicitTLS'), threading: threading(config.at('threading')),
  };
}

function threading(source: Source): MapNode | undefined {
  if (!source.exists) return undefined;
  const byDate = source.at('threadByDate');
  const value = byDate.text === 'Daily' || byDate.text === 'None' ? byDate.scalar(byDate.text.toLowerCase()) : undefined;
  return mapOf({ enabled: true, thread_by_date: value }, source.origin);
}

function sigV4(source: Source, resolver: Resolver, version: Version): MapNode | undefined {
  const [access, key] = [source.at('accessKey'), source.at('secretKey')];
  const both = access.exists && key.exists;
  const node = mapOf({
    ...texts(source, {}, 'region'), access_key: both ? secret(access, resolver) : undefined, secret_key: both ? secret(key, resolver) : undefined, ...texts(source, {}, 'profile'),
    ...texts(source, { role_arn: 'roleArn' }), ...(atLeast(version, '0.33.0') ? texts(source, { external_id: 'externalId' }) : {}),
  }, source.origin);
  return node.entries.length === 0 ? undefined : node;
}
