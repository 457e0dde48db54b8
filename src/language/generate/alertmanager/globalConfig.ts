/** The global settings that an Alertmanager object gives with `spec.alertmanagerConfiguration.global` (convertGlobalConfig of operator v0.93.1). */

import { formatDuration, readDuration } from '../../duration.ts';
import { joinHostPort } from '../../routing/hostPort.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { secretAddressFault } from '../../kinds/alertmanagerConfig/urls.ts';
import { trimSpace } from '../../routing/goText.ts';
import { atLeast, type Version } from '../../version.ts';
import { filled, mapOf, type Fields } from '../fields.ts';
import type { MapNode, Node, ScalarNode } from '../node.ts';
import type { Source } from '../source.ts';
import { GenerationFault } from './draft.ts';
import { httpConfig, nonEmpty, tlsConfig } from './httpConfig.ts';
import type { Resolver } from './resolver.ts';

/** Settings that the operator refuses for older Alertmanagers. */
const minimumVersions: Readonly<Record<string, string>> = { telegram: '0.24.0', jira: '0.28.0', rocketChat: '0.28.0', webex: '0.25.0', mattermost: '0.32.0' };

/** The global settings; undefined when the object has none. */
export function convertGlobalConfig(global: Source, resolver: Resolver, version: Version): MapNode | undefined {
  if (!global.exists) return undefined;
  for (const [key, minimum] of Object.entries(minimumVersions)) if (global.at(key).exists) requireVersion(global.at(key), minimum, version);
  const [telegram, jira, rocketChat, webex, wechat, victorops, mattermost] = ['telegram', 'jira', 'rocketChat', 'webex', 'wechat', 'victorops', 'mattermost'].map((key) => global.at(key)) as
    [Source, Source, Source, Source, Source, Source, Source];
  const webhook = mattermost.at('webhookURL');
  return mapOf({
    resolve_timeout: resolveTimeout(global.at('resolveTimeout')),
    http_config: httpConfig(global.at('httpConfig'), resolver),
    ...smtp(global.at('smtp'), resolver, version),
    slack_api_url: secretUrl(global.at('slackApiUrl'), resolver),
    pagerduty_url: url(global.at('pagerdutyUrl')),
    opsgenie_api_url: secretUrl(global.at('opsGenieApiUrl'), resolver),
    opsgenie_api_key: secret(global.at('opsGenieApiKey'), resolver),
    wechat_api_url: url(wechat.at('apiURL')),
    wechat_api_secret: secret(wechat.at('apiSecret'), resolver),
    wechat_api_corp_id: filled(wechat.at('apiCorpID')),
    victorops_api_url: url(victorops.at('apiURL')),
    victorops_api_key: secret(victorops.at('apiKey'), resolver),
    telegram_api_url: url(telegram.at('apiURL')),
    webex_api_url: url(webex.at('apiURL')),
    jira_api_url: url(jira.at('apiURL')),
    rocketchat_api_url: url(rocketChat.at('apiURL')),
    rocketchat_token: secret(rocketChat.at('token'), resolver),
    rocketchat_token_id: secret(rocketChat.at('tokenID'), resolver),
    mattermost_webhook_url: webhook.exists ? mattermostUrl(webhook, resolver) : undefined,
  }, global.origin);
}

function requireVersion(at: Source, minimum: string, version: Version): void {
  if (!atLeast(version, minimum)) throw new GenerationFault(`${String(at.path.at(-1))} needs Alertmanager ${minimum} or newer`, at.origin);
}

function smtp(source: Source, resolver: Resolver, version: Version): Fields {
  if (!source.exists) return {};
  const implicit = source.at('forceImplicitTLS');
  if (implicit.exists) requireVersion(implicit, '0.31.0', version);
  const [host, port] = [source.at('smartHost', 'host').text, source.at('smartHost', 'port').text];
  return {
    smtp_from: filled(source.at('from')),
    smtp_hello: filled(source.at('hello')),
    smtp_smarthost: host === '' && port === '' ? undefined : source.at('smartHost').scalar(joinHostPort(host, port)),
    smtp_auth_username: filled(source.at('authUsername')),
    smtp_auth_password: secret(source.at('authPassword'), resolver),
    smtp_auth_secret: secret(source.at('authSecret'), resolver),
    smtp_auth_identity: filled(source.at('authIdentity')),
    smtp_require_tls: source.at('requireTLS'),
    smtp_tls_config: tlsConfig(source.at('tlsConfig'), resolver),
    smtp_force_implicit_tls: implicit,
  };
}

function resolveTimeout(source: Source): Node | undefined {
  if (source.text === '') return undefined;
  const result = readDuration(source.text);
  if ('error' in result) throw new GenerationFault(`parse resolve timeout: ${result.error}`, source.origin);
  return source.scalar(formatDuration(result.milliseconds));
}

function secret(selector: Source, resolver: Resolver): Node | undefined {
  return selector.exists ? nonEmpty(resolver.secret(selector)) : undefined;
}

function url(source: Source): Node | undefined {
  return source.exists ? rewritten(source.scalar(source.text)) : undefined;
}

function secretUrl(selector: Source, resolver: Resolver): Node | undefined {
  return selector.exists ? rewritten(resolver.secret(selector)) : undefined;
}

function mattermostUrl(selector: Source, resolver: Resolver): Node {
  const node = resolver.secret(selector);
  const fault = node.content === 'unknown' ? undefined : secretAddressFault(trimSpace(String(node.value)));
  if (fault !== undefined) throw new GenerationFault(`failed to validate Mattermost Webhook URL: ${fault}`, selector.origin);
  return rewritten(node);
}

/** An address as Go writes it. A password in it is lost: the operator writes `xxxxx` instead. */
function rewritten(node: ScalarNode): Node {
  if (node.content === 'unknown') return node;
  const parsed = parseGoUrl(String(node.value));
  if ('error' in parsed) throw new GenerationFault(parsed.error, node.origin);
  return { ...node, value: parsed.format({ redactPassword: true }) };
}
