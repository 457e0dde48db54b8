/** Fitting a whole configuration to a version of Alertmanager (alertmanagerConfig.sanitize of operator v0.93.1). */

import { readDuration } from '../../duration.ts';
import type { Version } from '../../version.ts';
import type { MapNode } from '../node.ts';
import { Draft, type DroppedField } from './draft.ts';
import { fitHttp } from './fitHttp.ts';
import { fitReceiver } from './fitReceivers.ts';

/** The configuration as it fits; throws a GenerationFault where the operator gives up. */
export function fitConfig(config: MapNode, version: Version, dropped: DroppedField[]): MapNode {
  const draft = new Draft(config, version, [], dropped);
  draft.nested('global', fitGlobal);
  draft.each('receivers', fitReceiver);
  draft.each('inhibit_rules', fitInhibitRule);
  draft.dropBefore({ mute_time_intervals: '0.22.0', time_intervals: '0.24.0' });
  for (const key of ['mute_time_intervals', 'time_intervals']) draft.each(key, (named) => { named.each('time_intervals', (interval) => { interval.dropBefore({ location: '0.25.0' }); }); });
  draft.nested('route', fitRoute);
  return draft.node();
}

function fitGlobal(global: Draft): void {
  fitHttp(global);
  global.dropBefore({ smtp_tls_config: '0.28.0' });
  if (global.has('slack_api_url') && global.text('slack_api_url_file') !== '') global.drop('slack_api_url_file');
  global.dropBefore({ slack_api_url_file: '0.22.0', slack_app_token: '0.30.0', slack_app_token_file: '0.30.0', slack_app_url: '0.30.0' });
  global.prefer('slack_app_token', 'slack_app_token_file');
  const token = global.text('slack_app_token') !== '' || global.text('slack_app_token_file') !== '';
  if (token && global.has('slack_api_url') && global.has('slack_app_url') && global.text('slack_api_url') !== global.text('slack_app_url')) {
    global.fail('at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured (unless slack_api_url matches slack_app_url)');
  }
  global.dropBefore({ opsgenie_api_key_file: '0.24.0', smtp_auth_password_file: '0.25.0' });
  global.prefer('smtp_auth_password', 'smtp_auth_password_file');
  global.dropBefore({ victorops_api_key_file: '0.25.0' });
  global.prefer('victorops_api_key', 'victorops_api_key_file');
  global.dropBefore({ wechat_api_secret_file: '0.31.0' });
  global.prefer('wechat_api_secret', 'wechat_api_secret_file');
  global.dropBefore({ telegram_bot_token: '0.31.0', telegram_bot_token_file: '0.31.0' });
  global.prefer('telegram_bot_token', 'telegram_bot_token_file');
  global.dropBefore({ smtp_auth_secret_file: '0.31.0' });
  global.prefer('smtp_auth_secret', 'smtp_auth_secret_file');
  global.dropBefore({ smtp_force_implicit_tls: '0.31.0', mattermost_webhook_url: '0.32.0', mattermost_webhook_url_file: '0.32.0' });
  if (global.has('mattermost_webhook_url') && global.text('mattermost_webhook_url_file') !== '') global.drop('mattermost_webhook_url_file');
}

function fitInhibitRule(rule: Draft): void {
  for (const key of ['target_matchers', 'source_matchers']) {
    if (rule.has(key) && !rule.atLeast('0.22.0')) rule.fail(`'${key}' in an inhibit rule needs Alertmanager 0.22.0 or newer`, key);
  }
}

function fitRoute(route: Draft): void {
  if (route.has('matchers') && !route.atLeast('0.22.0')) route.fail("'matchers' in a route needs Alertmanager 0.22.0 or newer", 'matchers');
  route.dropBefore({ mute_time_intervals: '0.22.0', active_time_intervals: '0.24.0' });
  for (const key of ['group_wait', 'group_interval', 'repeat_interval']) {
    const result = route.text(key) === '' ? undefined : readDuration(route.text(key));
    if (result === undefined) continue;
    if ('error' in result) route.fail(`${key}: ${result.error}`, key);
    // Zero would not load; group_wait may be zero.
    if (result.milliseconds === 0 && key !== 'group_wait') route.drop(key);
  }
  route.each('routes', fitRoute);
}
