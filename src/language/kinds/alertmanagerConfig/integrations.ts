/** What the operator refuses of a receiver's integrations without looking beyond the object (pkg/alertmanager/validation, v0.93.1); the webhook makes the same checks. */

import type { Source } from '../../generate/source.ts';
import { hasOddAddresses, reservedVictorOpsFields, responderTypes } from '../../routing/config/receivers.ts';
import { templateFault } from '../../routing/goTemplate.ts';
import { splitHostPort } from '../../routing/hostPort.ts';
import { validateHttpConfig } from './httpConfig.ts';
import { addressFault, templateAddressFault } from './urls.ts';
import type { Verdict } from './verdict.ts';

type Validate = (config: Source, verdict: Verdict) => void;

const validators: Readonly<Record<string, Validate>> = {
  opsgenieConfigs: (config, verdict) => {
    for (const responder of config.at('responders').items) validateResponder(responder, verdict);
    address(config.at('apiURL'), verdict);
  },
  pagerdutyConfigs: (config, verdict) => {
    address(config.at('url'), verdict);
    templateAddress(config.at('clientURL'), verdict);
    if (!config.at('routingKey').exists && !config.at('serviceKey').exists) verdict.reject(config, 'integration', 'PagerDuty needs a routingKey or a serviceKey');
    for (const key of ['pagerDutyLinkConfigs', 'pagerDutyImageConfigs']) for (const item of config.at(key).items) templateAddress(item.at('href'), verdict);
  },
  discordConfigs: () => undefined,
  slackConfigs: (config, verdict) => {
    for (const action of config.at('actions').items) {
      required(action, 'type', 'A Slack action', verdict);
      required(action, 'text', 'A Slack action', verdict);
      if (action.at('url').text === '' && action.at('name').text === '') verdict.reject(action, 'integration', 'A Slack action needs a name or a url');
      if (action.at('confirm').exists) required(action.at('confirm'), 'text', "A Slack action's confirmation", verdict);
    }
    for (const field of config.at('fields').items) {
      required(field, 'title', 'A Slack field', verdict);
      required(field, 'value', 'A Slack field', verdict);
    }
  },
  webhookConfigs: (config, verdict) => {
    if (!config.at('url').exists && !config.at('urlSecret').exists) verdict.reject(config, 'integration', 'A webhook needs a url or a urlSecret');
    templateAddress(config.at('url'), verdict);
  },
  wechatConfigs: (config, verdict) => { address(config.at('apiURL'), verdict); },
  emailConfigs: (config, verdict) => {
    required(config, 'to', 'An email', verdict);
    const smarthost = config.at('smarthost');
    const parts = smarthost.text === '' ? undefined : splitHostPort(smarthost.text);
    if (parts !== undefined && 'error' in parts) verdict.reject(smarthost, 'url', `The smarthost is not of the form host:port (${parts.error})`);
    const names = new Set<string>();
    for (const header of config.at('headers').items) {
      const name = header.at('key').text.toLowerCase();
      if (names.has(name)) verdict.reject(header.at('key'), 'integration', `The header "${header.at('key').text}" is set twice; upper and lower case are the same`);
      names.add(name);
    }
  },
  victoropsConfigs: (config, verdict) => {
    for (const field of config.at('customFields').items) {
      const name = field.at('key').text;
      if ((reservedVictorOpsFields as readonly string[]).includes(name)) verdict.reject(field.at('key'), 'integration', `"${name}" is one of VictorOps' own fields and cannot be a custom one`);
    }
    required(config, 'routingKey', 'VictorOps', verdict);
    address(config.at('apiUrl'), verdict);
  },
  pushoverConfigs: (config, verdict) => {
    for (const key of ['userKey', 'token']) {
      if (!config.at(key).exists && !config.at(`${key}File`).exists) verdict.reject(config, 'integration', `Pushover needs a ${key}`);
    }
    if (config.at('html').isTrue && config.at('monospace').isTrue) verdict.reject(config.at('monospace'), 'integration', 'html and monospace exclude each other', undefined, 'key');
    templateAddress(config.at('url'), verdict);
  },
  snsConfigs: (config, verdict) => {
    const [target, topic, phone] = ['targetARN', 'topicARN', 'phoneNumber'].map((key) => config.at(key).text !== '') as [boolean, boolean, boolean];
    if (!hasOddAddresses(target, topic, phone)) verdict.reject(config, 'integration', 'SNS needs one of targetARN, topicARN and phoneNumber');
    const url = config.at('apiURL');
    const fault = url.exists ? templateAddressFault(url.text) : undefined;
    if (fault !== undefined) verdict.reject(url, 'url', `Invalid address: ${fault}`);
  },
  telegramConfigs: (config, verdict) => {
    const [token, file] = [config.at('botToken'), config.at('botTokenFile')];
    if (!token.exists && !file.exists) verdict.reject(config, 'integration', 'Telegram needs a botToken or a botTokenFile');
    if (token.exists && file.exists) verdict.reject(file, 'integration', 'botToken and botTokenFile exclude each other', undefined, 'key');
    if (config.at('chatID').number === 0) verdict.reject(config.at('chatID'), 'integration', 'Telegram needs a chatID');
    address(config.at('apiURL'), verdict);
  },
  webexConfigs: (config, verdict) => { address(config.at('apiURL'), verdict); },
  msteamsConfigs: () => undefined,
  msteamsv2Configs: () => undefined,
  rocketchatConfigs: (config, verdict) => {
    address(config.at('apiURL'), verdict);
    for (const key of ['iconURL', 'imageURL', 'thumbURL']) templateAddress(config.at(key), verdict);
    for (const action of config.at('actions').items) templateAddress(action.at('url'), verdict);
  },
};

/** The keys of a receiver under which integrations stand. */
export const integrationKeys: readonly string[] = Object.keys(validators);

/** Checks the receivers and returns their names. */
export function validateReceivers(receivers: Source, verdict: Verdict): Set<string> {
  const names = new Set<string>();
  for (const receiver of receivers.items) {
    const name = receiver.at('name').text;
    if (names.has(name)) verdict.reject(receiver.at('name'), 'receiver', `There is another receiver "${name}" in this object`);
    names.add(name);
    for (const [key, validate] of Object.entries(validators)) {
      for (const config of receiver.at(key).items) {
        validate(config, verdict);
        validateHttpConfig(config.at('httpConfig'), verdict);
      }
    }
  }
  return names;
}

function required(source: Source, key: string, what: string, verdict: Verdict): void {
  if (source.at(key).text === '') verdict.reject(source.at(key), 'integration', `${what} needs a ${key}`);
}

function address(source: Source, verdict: Verdict): void {
  const fault = source.text === '' ? undefined : addressFault(source.text);
  if (fault !== undefined) verdict.reject(source, 'url', `Invalid address: ${fault}`, 'Write http:// or https:// and a host.');
}

function templateAddress(source: Source, verdict: Verdict): void {
  const fault = source.text === '' ? undefined : templateAddressFault(source.text);
  if (fault !== undefined) verdict.reject(source, 'url', `Invalid address: ${fault}`);
}

function validateResponder(responder: Source, verdict: Verdict): void {
  if (!['id', 'name', 'username'].some((key) => responder.at(key).text !== '')) verdict.reject(responder, 'integration', 'A responder needs an id, a name or a username');
  const type = responder.at('type');
  const broken = templateFault(type.text);
  if (broken !== undefined) verdict.reject(type, 'integration', `The responder's type is no valid template (${broken})`);
  else if (!type.text.includes('{{') && !responderTypes.test(type.text.toLowerCase())) {
    verdict.reject(type, 'integration', `"${type.text}" is no type of a responder`, 'Use team, teams, user, escalation or schedule.');
  }
}
