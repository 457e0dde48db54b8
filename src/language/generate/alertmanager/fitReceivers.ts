/** Fitting receivers to a version of Alertmanager: what the operator drops and what makes it give up (the sanitize functions of v0.93.1). */

import { addressFault, templateAddressFault } from '../../kinds/alertmanagerConfig/urls.ts';
import type { Draft } from './draft.ts';
import { fitHttp } from './fitHttp.ts';

const fits: Readonly<Record<string, (draft: Draft) => void>> = {
  email_configs: (email) => {
    email.dropBefore({ auth_password_file: '0.25.0' });
    email.prefer('auth_password', 'auth_password_file');
    email.dropBefore({ force_implicit_tls: '0.31.0', auth_secret_file: '0.31.0' });
    email.prefer('auth_secret', 'auth_secret_file');
    email.dropBefore({ threading: '0.30.0' });
    email.nested('threading', (threading) => {
      if (!['daily', 'none'].includes(threading.text('thread_by_date'))) threading.fail("invalid 'thread_by_date': the value must be empty, 'daily' or 'none'");
    });
  },
  opsgenie_configs: (opsgenie) => {
    fitHttp(opsgenie);
    opsgenie.dropBefore({ actions: '0.24.0', entity: '0.24.0', update_alerts: '0.24.0' });
    opsgenie.each('responders', (responder) => {
      if (responder.text('type') === 'teams') responder.requireVersion('0.24.0', "A responder of the type 'teams'");
    });
    address(opsgenie, 'api_url');
    opsgenie.prefer('api_key', 'api_key_file');
    opsgenie.dropBefore({ api_key_file: '0.24.0' });
  },
  pagerduty_configs: (pagerduty) => {
    pagerduty.dropBefore({ source: '0.25.0', routing_key_file: '0.25.0', service_key_file: '0.25.0' });
    pagerduty.prefer('service_key', 'service_key_file');
    pagerduty.prefer('routing_key', 'routing_key_file');
    pagerduty.dropBefore({ timeout: '0.30.0' });
    const details = pagerduty.get('details');
    const mixed = details?.kind === 'map' && details.entries.some(([, value]) => value.kind !== 'scalar' || typeof value.value !== 'string');
    if (mixed && !pagerduty.atLeast('0.30.0')) pagerduty.fail("'details' value in non-string format is supported in Alertmanager >= 0.30.0 only", 'details');
    fitHttp(pagerduty);
  },
  pushover_configs: (pushover) => {
    for (const key of ['user_key', 'token']) {
      pushover.dropBefore({ [`${key}_file`]: '0.26.0' });
      if (pushover.text(key) === '' && pushover.text(`${key}_file`) === '') pushover.fail(`missing mandatory field ${key} or ${key}_file`);
      pushover.prefer(key, `${key}_file`);
    }
    pushover.dropBefore({ ttl: '0.27.0', device: '0.26.0' });
    if (pushover.isTrue('monospace') && !pushover.atLeast('0.29.0')) pushover.set('monospace', { kind: 'scalar', value: false });
    if (pushover.isTrue('html') && pushover.isTrue('monospace')) pushover.fail('either monospace or html must be configured', 'monospace');
    templateAddress(pushover, 'url');
    fitHttp(pushover);
  },
  slack_configs: fitSlack,
  victorops_configs: (victorops) => {
    fitHttp(victorops);
    victorops.dropBefore({ api_key_file: '0.25.0' });
    victorops.prefer('api_key', 'api_key_file');
    address(victorops, 'api_url');
  },
  webhook_configs: (webhook) => {
    fitHttp(webhook);
    webhook.dropBefore({ url_file: '0.26.0' });
    webhook.prefer('url', 'url_file');
    webhook.dropBefore({ timeout: '0.28.0', payload: '0.32.0' });
    templateAddress(webhook, 'url');
  },
  wechat_configs: (wechat) => {
    address(wechat, 'api_url');
    wechat.dropBefore({ api_secret_file: '0.31.0' });
    wechat.prefer('api_secret', 'api_secret_file');
    fitHttp(wechat);
  },
  sns_configs: (sns) => {
    templateAddress(sns, 'api_url');
    sns.nested('sigv4', (sigv4) => {
      if (sigv4.text('external_id') !== '' && sigv4.text('role_arn') === '') sigv4.fail("'external_id' in sigv4 config requires 'role_arn' to be set", 'external_id');
      sigv4.dropBefore({ external_id: '0.33.0' });
    });
    sns.dropBefore({ use_aws_http_client: '0.33.0' });
    fitHttp(sns);
  },
  telegram_configs: (telegram) => {
    telegram.requireVersion('0.24.0', 'Telegram');
    telegram.dropBefore({ chat_id_file: '0.31.0' });
    if (!telegram.has('chat_id') && telegram.text('chat_id_file') === '') telegram.fail('missing mandatory field chat_id or chat_id_file');
    if (telegram.has('chat_id') && telegram.text('chat_id_file') !== '') telegram.drop('chat_id_file');
    telegram.dropBefore({ bot_token_file: '0.26.0' });
    telegram.prefer('bot_token', 'bot_token_file');
    if (telegram.text('bot_token') === '' && telegram.text('bot_token_file') === '' && !telegram.atLeast('0.31.0')) telegram.fail('missing mandatory field botToken or botTokenFile');
    telegram.dropBefore({ message_thread_id: '0.26.0' });
    address(telegram, 'api_url');
    fitHttp(telegram);
  },
  discord_configs: (discord) => {
    discord.requireVersion('0.25.0', 'Discord');
    discord.dropBefore({ content: '0.28.0', username: '0.28.0', avatar_url: '0.28.0' });
    fitHttp(discord);
  },
  webex_configs: (webex) => {
    webex.requireVersion('0.25.0', 'Webex');
    if (webex.text('room_id') === '') webex.fail('mandatory field "room_id" is empty', 'room_id');
    address(webex, 'api_url');
    fitHttp(webex);
  },
  msteams_configs: (teams) => {
    teams.requireVersion('0.26.0', 'Microsoft Teams');
    if (teams.text('webhook_url') === '') teams.fail('mandatory field "webhook_url" is empty', 'webhook_url');
    address(teams, 'webhook_url');
    teams.dropBefore({ summary: '0.27.0' });
    fitHttp(teams);
  },
  msteamsv2_configs: (teams) => {
    teams.requireVersion('0.28.0', 'Microsoft Teams v2');
    const [url, file] = [teams.text('webhook_url') !== '', teams.text('webhook_url_file') !== ''];
    if (!url && !file) teams.fail('no webhook_url or webhook_url_file provided');
    if (url && file) teams.fail('both webhook_url and webhook_url_file cannot be set at the same time', 'webhook_url_file');
    address(teams, 'webhook_url');
    fitHttp(teams);
  },
  jira_configs: (jira) => {
    jira.requireVersion('0.28.0', 'Jira');
    for (const key of ['project', 'issue_type']) if (jira.text(key) === '') jira.fail(`missing ${key} in jira_config`);
    jira.dropBefore({ api_type: '0.29.0' });
    if (!['', 'auto', 'cloud', 'datacenter'].includes(jira.text('api_type'))) jira.fail("invalid 'api_type': a value must be 'auto', 'cloud' or 'datacenter'", 'api_type');
    address(jira, 'api_url');
    fitHttp(jira);
  },
  rocketchat_configs: (rocketchat) => {
    rocketchat.requireVersion('0.28.0', 'Rocket.Chat');
    for (const key of ['token', 'token_id']) if (rocketchat.has(key) && rocketchat.text(`${key}_file`) !== '') rocketchat.fail(`at most one of ${key} & ${key}_file must be configured`, `${key}_file`);
    fitHttp(rocketchat);
  },
  mattermost_configs: (mattermost) => {
    mattermost.requireVersion('0.30.0', 'Mattermost');
    const addressed = mattermost.text('webhook_url') !== '' || mattermost.text('webhook_url_file') !== '';
    if (!addressed && !mattermost.atLeast('0.32.0')) mattermost.fail("one of 'webhook_url' or 'webhook_url_file' must be configured");
    mattermost.prefer('webhook_url', 'webhook_url_file');
    mattermost.dropBefore(Object.fromEntries(mattermostSince32.map((key) => [key, '0.32.0'])));
    fitHttp(mattermost);
  },
  incidentio_configs: (incidentio) => {
    incidentio.requireVersion('0.29.0', 'incident.io');
    const [url, file] = [incidentio.text('url') !== '', incidentio.text('url_file') !== ''];
    if (!url && !file) incidentio.fail('one of url or url_file must be configured');
    if (url && file) incidentio.fail('at most one of url & url_file must be configured', 'url_file');
    address(incidentio, 'url');
    const tokens = ['alert_source_token', 'alert_source_token_file'].filter((key) => incidentio.text(key) !== '').length;
    const http = incidentio.get('http_config');
    const authorized = http?.kind === 'map' && http.entries.some(([key]) => key === 'authorization');
    if (tokens > 1) incidentio.fail('at most one of alert_source_token & alert_source_token_file must be configured', 'alert_source_token_file');
    if (authorized && tokens > 0) incidentio.fail('cannot specify alert_source_token or alert_source_token_file when using http_config.authorization');
    if (!authorized && tokens === 0) incidentio.fail('at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured');
    fitHttp(incidentio);
  },
};

const mattermostSince32 = [
  'fallback', 'color', 'pretext', 'author_name', 'author_link', 'author_icon', 'title', 'title_link', 'thumb_url', 'footer', 'footer_icon', 'image_url', 'fields',
];

/** Fits one receiver. */
export function fitReceiver(receiver: Draft): void {
  for (const [key, fit] of Object.entries(fits)) receiver.each(key, fit);
}

const slackPostMessage = 'https://slack.com/api/chat.postMessage';

function fitSlack(slack: Draft): void {
  fitHttp(slack);
  slack.dropBefore({ timeout: '0.30.0', app_token: '0.30.0', app_token_file: '0.30.0', app_url: '0.30.0', message_text: '0.31.0', update_message: '0.32.0' });
  const url = slack.text('api_url');
  if (slack.isTrue('update_message') && url !== '' && slack.known('api_url') && url !== slackPostMessage) {
    slack.fail(`update_message can only be used with bot tokens. api_url must be set to ${slackPostMessage}`, 'update_message');
  }
  slack.prefer('app_token', 'app_token_file');
  const token = slack.text('app_token') !== '' || slack.text('app_token_file') !== '';
  if (token && (url !== '' || slack.text('api_url_file') !== '')) slack.fail('at most one of app_token/app_token_file & api_url/api_url_file must be configured');
  slack.dropBefore({ api_url_file: '0.22.0' });
  slack.prefer('api_url', 'api_url_file');
}

function address(draft: Draft, key: string): void {
  const fault = draft.text(key) === '' || !draft.known(key) ? undefined : addressFault(draft.text(key));
  if (fault !== undefined) draft.fail(`invalid '${key}': ${fault}`, key);
}

function templateAddress(draft: Draft, key: string): void {
  const fault = draft.text(key) === '' || !draft.known(key) ? undefined : templateAddressFault(draft.text(key));
  if (fault !== undefined) draft.fail(`invalid '${key}': ${fault}`, key);
}
