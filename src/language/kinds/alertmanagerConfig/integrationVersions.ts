/** What the operator refuses of a receiver's integrations for the Alertmanager's version and the Secrets they name (pkg/alertmanager/operator.go, v0.93.1). */

import { readDuration } from '../../duration.ts';
import type { Source } from '../../generate/source.ts';
import { trimSpace } from '../../routing/goText.ts';
import { atLeast, type Version } from '../../version.ts';
import { checkHttpConfig, checkTlsAssets } from './httpConfig.ts';
import type { KnownValue, References } from './references.ts';
import { secretAddressFault, templateAddressFault } from './urls.ts';
import type { Verdict } from './verdict.ts';

/** The Alertmanager's version, the Secrets, and where to report. */
export interface Surroundings {
  readonly version: Version;
  readonly references: References;
  readonly verdict: Verdict;
}

/** Integrations that older Alertmanagers do not have. */
export const integrationVersions: Readonly<Record<string, string>> = {
  discordConfigs: '0.25.0', webexConfigs: '0.25.0', telegramConfigs: '0.24.0', msteamsConfigs: '0.26.0', msteamsv2Configs: '0.28.0', rocketchatConfigs: '0.28.0',
};

/** Fields for which the operator rejects the object on older Alertmanagers; others it drops. */
const fieldVersions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  slackConfigs: { messageText: '0.31.0', updateMessage: '0.32.0' },
  webhookConfigs: { payload: '0.32.0' },
  emailConfigs: { forceImplicitTLS: '0.31.0', threading: '0.30.0' },
  snsConfigs: { useAWSHTTPClient: '0.33.0' },
  telegramConfigs: { botTokenFile: '0.26.0' },
};

/** Secrets that an integration may name; those of Discord, Teams and Rocket.Chat are read even where they are missing. */
const secrets: Readonly<Record<string, readonly string[]>> = {
  pagerdutyConfigs: ['routingKey', 'serviceKey'], opsgenieConfigs: ['apiKey'], wechatConfigs: ['apiSecret'], emailConfigs: ['authPassword', 'authSecret'],
  victoropsConfigs: ['apiKey'], telegramConfigs: ['botToken'], msteamsv2Configs: ['webhookURL'],
};

const mandatorySecrets: Readonly<Record<string, readonly string[]>> = { msteamsConfigs: ['webhookUrl'], rocketchatConfigs: ['token', 'tokenID'] };

const further: Readonly<Record<string, (config: Source, surroundings: Surroundings) => void>> = {
  opsgenieConfigs: (config, { version, verdict }) => {
    for (const responder of config.at('responders').items) {
      if (responder.at('type').text === 'teams') verdict.rejectBefore(version, '0.24.0', responder.at('type'), 'A responder of the type "teams"');
    }
  },
  discordConfigs: (config, { references, verdict }) => { secretAddress(config.at('apiURL'), references.secret(config.at('apiURL')), verdict); },
  slackConfigs: checkSlack,
  webhookConfigs: (config, { references, verdict }) => {
    const url = config.at('urlSecret');
    const value = url.exists ? references.secret(url) : undefined;
    const fault = value === undefined ? undefined : templateAddressFault(trimSpace(value));
    if (fault !== undefined) verdict.reject(url, 'url', `The Secret holds no valid address (${hideValue(fault)})`);
  },
  emailConfigs: (config, { references, verdict }) => { checkTlsAssets(config.at('tlsConfig'), references, verdict); },
  pushoverConfigs: (config, { references, verdict }) => {
    for (const key of ['userKey', 'token']) {
      const selector = config.at(key);
      if (!selector.exists) verdict.reject(config, 'integration', `Pushover needs a ${key} from a Secret, even with ${key}File`);
      else if (references.secret(selector) === '') verdict.reject(selector, 'secret', `The ${key} in the Secret is empty`);
    }
    for (const key of ['expire', 'retry']) {
      const result = config.at(key).text === '' ? undefined : readDuration(config.at(key).text);
      if (result !== undefined && 'error' in result) verdict.reject(config.at(key), 'integration', `${key} is no duration (${result.error})`);
    }
  },
  snsConfigs: (config, { references, verdict }) => {
    const [access, secret] = [config.at('sigv4', 'accessKey'), config.at('sigv4', 'secretKey')];
    if (access.exists !== secret.exists) verdict.reject(access.exists ? access : secret, 'integration', 'accessKey and secretKey belong together', 'Set both or none.', 'key');
    else if (access.exists) {
      references.secret(access);
      references.secret(secret);
    }
  },
};

/** Checks the integrations of all receivers. */
export function checkReceivers(receivers: Source, keys: readonly string[], surroundings: Surroundings): void {
  for (const receiver of receivers.items) {
    for (const key of keys) {
      const configs = receiver.at(key);
      const minimum = integrationVersions[key];
      if (minimum !== undefined && configs.items.length > 0) surroundings.verdict.rejectBefore(surroundings.version, minimum, configs, key);
      for (const config of configs.items) checkIntegration(key, config, surroundings);
    }
  }
}

function checkIntegration(key: string, config: Source, surroundings: Surroundings): void {
  const { version, references, verdict } = surroundings;
  for (const [field, minimum] of Object.entries(fieldVersions[key] ?? {})) {
    if (config.at(field).exists) verdict.rejectBefore(version, minimum, config.at(field), field);
  }
  for (const name of secrets[key] ?? []) if (config.at(name).exists) references.secret(config.at(name));
  for (const name of mandatorySecrets[key] ?? []) references.secret(config.at(name));
  further[key]?.(config, surroundings);
  checkHttpConfig(config.at('httpConfig'), version, references, verdict);
}

/** The address at which Slack changes messages. */
const slackPostMessage = 'https://slack.com/api/chat.postMessage';

function checkSlack(config: Source, { version, references, verdict }: Surroundings): void {
  const url = config.at('apiURL');
  const value = url.exists ? references.secret(url) : undefined;
  secretAddress(url, value, verdict);
  const update = config.at('updateMessage');
  if (update.isTrue && value !== undefined && value !== '' && value !== slackPostMessage && atLeast(version, '0.32.0')) {
    verdict.reject(update, 'integration', `updateMessage works with bot tokens only: the address in the Secret has to be ${slackPostMessage}`);
  }
}

function secretAddress(selector: Source, value: KnownValue, verdict: Verdict): void {
  const fault = value === undefined ? undefined : secretAddressFault(trimSpace(value));
  if (fault !== undefined) verdict.reject(selector, 'url', `The Secret holds no valid address (${hideValue(fault)})`);
}

/** The address is a secret: errors quote it. */
function hideValue(fault: string): string {
  return fault.replace(/^parse "(?:[^"\\]|\\.)*": /, '');
}
