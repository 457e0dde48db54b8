/**
 * The Go types of an AlertmanagerConfig (prometheus-operator v0.93.1, pkg/apis/monitoring/v1alpha1 and v1beta1). The schema checks an
 * object against them before the operator sees it, but not child routes: those the operator decodes itself, strictly.
 */

import type { Path } from '../../finding.ts';
import { isRecord } from '../../json.ts';

/** A scalar, `[]` or `map:` before another type, or the name of a struct. */
type TypeName = string;

const strings = (...names: readonly string[]): Record<string, TypeName> => Object.fromEntries(names.map((name) => [name, 'string']));

const secretKey = 'SecretKeySelector';
const http = { sendResolved: 'bool', httpConfig: 'HTTPConfig' };
const proxy = { ...strings('proxyUrl', 'noProxy'), proxyFromEnvironment: 'bool', proxyConnectHeader: 'map:[]SecretKeySelector' };

const types: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  AlertmanagerConfigSpec: { route: 'Route', receivers: '[]Receiver', inhibitRules: '[]InhibitRule', muteTimeIntervals: '[]TimeIntervals', timeIntervals: '[]TimeIntervals' },
  Route: {
    ...strings('receiver', 'groupWait', 'groupInterval', 'repeatInterval'), groupBy: '[]string', matchers: '[]Matcher', continue: 'bool', routes: '[]any',
    muteTimeIntervals: '[]string', activeTimeIntervals: '[]string',
  },
  Matcher: { ...strings('name', 'value', 'matchType'), regex: 'bool' },
  InhibitRule: { targetMatch: '[]Matcher', sourceMatch: '[]Matcher', equal: '[]string' },
  TimeIntervals: { name: 'string', timeIntervals: '[]TimeInterval' },
  TimeInterval: { times: '[]TimeRange', weekdays: '[]string', daysOfMonth: '[]DayOfMonthRange', months: '[]string', years: '[]string' },
  TimeRange: strings('startTime', 'endTime'),
  DayOfMonthRange: { start: 'int64', end: 'int64' },
  Receiver: {
    name: 'string', opsgenieConfigs: '[]OpsGenieConfig', pagerdutyConfigs: '[]PagerDutyConfig', discordConfigs: '[]DiscordConfig', slackConfigs: '[]SlackConfig',
    webhookConfigs: '[]WebhookConfig', wechatConfigs: '[]WeChatConfig', emailConfigs: '[]EmailConfig', victoropsConfigs: '[]VictorOpsConfig', pushoverConfigs: '[]PushoverConfig',
    snsConfigs: '[]SNSConfig', telegramConfigs: '[]TelegramConfig', webexConfigs: '[]WebexConfig', msteamsConfigs: '[]MSTeamsConfig', msteamsv2Configs: '[]MSTeamsV2Config',
    rocketchatConfigs: '[]RocketChatConfig',
  },
  PagerDutyConfig: {
    ...http, routingKey: secretKey, serviceKey: secretKey, details: '[]KeyValue', pagerDutyImageConfigs: '[]PagerDutyImage', pagerDutyLinkConfigs: '[]PagerDutyLink',
    ...strings('url', 'client', 'clientURL', 'description', 'severity', 'class', 'group', 'component', 'source', 'timeout'),
  },
  PagerDutyImage: strings('src', 'href', 'alt'),
  PagerDutyLink: strings('href', 'alt'),
  DiscordConfig: { ...http, apiURL: secretKey, ...strings('title', 'message', 'content', 'username', 'avatarURL') },
  SlackConfig: {
    ...http, apiURL: secretKey, fields: '[]SlackField', shortFields: 'bool', linkNames: 'bool', mrkdwnIn: '[]string', actions: '[]SlackAction', updateMessage: 'bool',
    ...strings('channel', 'username', 'color', 'title', 'titleLink', 'pretext', 'text', 'footer', 'fallback', 'callbackId', 'iconEmoji', 'iconURL', 'imageURL', 'thumbURL', 'timeout', 'messageText'),
  },
  SlackAction: { ...strings('type', 'text', 'url', 'style', 'name', 'value'), confirm: 'SlackConfirmation' },
  SlackConfirmation: strings('text', 'title', 'okText', 'dismissText'),
  SlackField: { ...strings('title', 'value'), short: 'bool' },
  WebhookConfig: { ...http, ...strings('url', 'timeout', 'payload'), urlSecret: secretKey, maxAlerts: 'int32' },
  OpsGenieConfig: {
    ...http, apiKey: secretKey, details: '[]KeyValue', responders: '[]OpsGenieResponder', updateAlerts: 'bool',
    ...strings('apiURL', 'message', 'description', 'source', 'tags', 'note', 'priority', 'entity', 'actions'),
  },
  OpsGenieResponder: strings('id', 'name', 'username', 'type'),
  HTTPConfig: {
    authorization: 'SafeAuthorization', basicAuth: 'BasicAuth', oauth2: 'OAuth2', bearerTokenSecret: secretKey, tlsConfig: 'SafeTLSConfig', proxyURL: 'string', ...proxy,
    followRedirects: 'bool', enableHttp2: 'bool',
  },
  SafeAuthorization: { type: 'string', credentials: secretKey },
  BasicAuth: { username: secretKey, password: secretKey },
  OAuth2: { clientId: 'SecretOrConfigMap', clientSecret: secretKey, tokenUrl: 'string', scopes: '[]string', endpointParams: 'map:string', tlsConfig: 'SafeTLSConfig', ...proxy },
  SafeTLSConfig: { ca: 'SecretOrConfigMap', cert: 'SecretOrConfigMap', keySecret: secretKey, ...strings('serverName', 'minVersion', 'maxVersion'), insecureSkipVerify: 'bool' },
  SecretOrConfigMap: { secret: secretKey, configMap: secretKey },
  SecretKeySelector: { ...strings('name', 'key'), optional: 'bool' },
  KeyValue: strings('key', 'value'),
  WebexConfig: { ...http, ...strings('apiURL', 'message', 'roomID') },
  WeChatConfig: { ...http, apiSecret: secretKey, ...strings('apiURL', 'corpID', 'agentID', 'toUser', 'toParty', 'toTag', 'message', 'messageType') },
  EmailConfig: {
    sendResolved: 'bool', ...strings('to', 'from', 'hello', 'smarthost', 'authUsername', 'authIdentity', 'html', 'text'), authPassword: secretKey, authSecret: secretKey,
    headers: '[]KeyValue', requireTLS: 'bool', tlsConfig: 'SafeTLSConfig', forceImplicitTLS: 'bool', threading: 'EmailThreading',
  },
  EmailThreading: strings('threadByDate'),
  VictorOpsConfig: { ...http, apiKey: secretKey, ...strings('apiUrl', 'routingKey', 'messageType', 'entityDisplayName', 'stateMessage', 'monitoringTool'), customFields: '[]KeyValue' },
  PushoverConfig: {
    ...http, userKey: secretKey, token: secretKey, html: 'bool', monospace: 'bool',
    ...strings('userKeyFile', 'tokenFile', 'title', 'message', 'url', 'urlTitle', 'ttl', 'device', 'sound', 'priority', 'retry', 'expire'),
  },
  SNSConfig: { ...http, ...strings('apiURL', 'topicARN', 'subject', 'phoneNumber', 'targetARN', 'message'), sigv4: 'Sigv4', attributes: 'map:string', useAWSHTTPClient: 'bool' },
  Sigv4: { ...strings('region', 'profile', 'roleArn', 'externalId', 'cloud'), accessKey: secretKey, secretKey, useFIPSSTSEndpoint: 'bool' },
  TelegramConfig: { ...http, ...strings('apiURL', 'botTokenFile', 'message', 'parseMode'), botToken: secretKey, chatID: 'int64', messageThreadID: 'int64', disableNotifications: 'bool' },
  MSTeamsConfig: { ...http, webhookUrl: secretKey, ...strings('title', 'summary', 'text') },
  MSTeamsV2Config: { ...http, webhookURL: secretKey, ...strings('title', 'text') },
  RocketChatConfig: {
    ...http, ...strings('apiURL', 'channel', 'color', 'emoji', 'iconURL', 'text', 'title', 'titleLink', 'imageURL', 'thumbURL'), token: secretKey, tokenID: secretKey,
    fields: '[]RocketChatField', shortFields: 'bool', linkNames: 'bool', actions: '[]RocketChatAction',
  },
  RocketChatField: { ...strings('title', 'value'), short: 'bool' },
  RocketChatAction: strings('text', 'url', 'msg'),
};

/** A value that Go cannot decode, or a field that a strictly decoded type does not have. */
export interface TypeFault {
  readonly path: Path;
  readonly message: string;
  readonly on?: 'key';
}

/** What of a spec cannot be decoded at all; null leaves every type at its zero value. */
export function typeFaults(spec: unknown, path: Path): TypeFault[] {
  return [...faultsOf(spec, 'AlertmanagerConfigSpec', path, false)];
}

/** What of a child route the operator cannot decode: it allows no unknown keys there. */
export function childRouteFaults(value: unknown, path: Path, version: 'v1alpha1' | 'v1beta1'): TypeFault[] {
  return [...faultsOf(value, 'Route', path, true, version)];
}

/** Routes are read by several checks and by the generator; a keystroke keeps the objects of those that it does not touch. */
const childRoutes = new WeakMap<object, Record<string, unknown>>();

/** A child route as encoding/json decodes it: keys in any case, the last of equal ones counting. */
export function readChildRoute(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) return {};
  const known = childRoutes.get(value);
  if (known !== undefined) return known;
  const route = canonicalKeys(value, 'Route');
  childRoutes.set(value, route);
  return route;
}

function canonicalKeys(value: Record<string, unknown>, type: string): Record<string, unknown> {
  const fields = types[type] ?? {};
  const result: Record<string, unknown> = {};
  // The operator sees the JSON with its keys sorted.
  for (const key of Object.keys(value).sort()) {
    const field = fieldFor(fields, key);
    if (field === undefined) continue;
    const nested = (fields[field] ?? '').replace(/^\[\]/, '');
    const item = value[key];
    const convert = (child: unknown): unknown => nested !== 'any' && Object.hasOwn(types, nested) && isRecord(child) ? canonicalKeys(child, nested) : child;
    result[field] = Array.isArray(item) ? item.map(convert) : convert(item);
  }
  return result;
}

/** encoding/json prefers the exact name and takes any case. */
function fieldFor(fields: Readonly<Record<string, TypeName>>, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find((field) => field.toLowerCase() === key.toLowerCase());
}

function* faultsOf(value: unknown, type: TypeName, path: Path, strict: boolean, version: 'v1alpha1' | 'v1beta1' = 'v1alpha1'): Generator<TypeFault> {
  if (value === null || value === undefined || type === 'any') return;
  if (type.startsWith('[]')) {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* faultsOf(item, type.slice(2), [...path, index], strict, version);
    else yield { path, message: `${nameOf(value)} where a list belongs` };
  } else if (type.startsWith('map:')) {
    if (!isRecord(value)) yield { path, message: `${nameOf(value)} where a map belongs` };
    else for (const [key, item] of Object.entries(value)) yield* faultsOf(item, type.slice(4), [...path, key], strict, version);
  } else if (Object.hasOwn(types, type)) {
    if (isRecord(value)) yield* fieldFaults(value, type, path, strict, version);
    else yield { path, message: `${nameOf(value)} where a map belongs` };
  } else if (!isScalar(value, type)) yield { path, message: `${nameOf(value)} where a ${type === 'bool' ? 'boolean' : type === 'string' ? 'string' : 'whole number'} belongs` };
}

function* fieldFaults(value: Record<string, unknown>, type: string, path: Path, strict: boolean, version: 'v1alpha1' | 'v1beta1'): Generator<TypeFault> {
  const fields = types[type] ?? {};
  for (const [key, item] of Object.entries(value)) {
    const field = strict ? fieldFor(fields, key) : Object.hasOwn(fields, key) ? key : undefined;
    const known = field !== undefined && (version === 'v1alpha1' || field !== 'regex');
    if (known) yield* faultsOf(item, fields[field] ?? 'any', [...path, key], strict, version);
    else if (strict) yield { path: [...path, key], message: `unknown field "${key}"`, on: 'key' };
  }
}

function isScalar(value: unknown, type: TypeName): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= (type === 'int32' ? 2 ** 31 - 1 : 2 ** 63);
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}
