import type { Path, Span } from '../language/finding.ts';
import { isRecord } from '../language/json.ts';
import { isRejection } from '../language/yaml/node.ts';
import { YamlReader } from '../language/yaml/reader.ts';
import { type ChannelChoices, channelFields, channels, choicesFields, components, emailNeeds, type HelmChoices, helmFields, patterns, profiles, type StackChoices } from './choices.ts';

/** What a settings file may not say, with its place. */
export interface ChoicesFinding {
  readonly message: string;
  /** In the text, in UTF-16 units. */
  readonly span: Span;
  /** From 1. */
  readonly line: number;
}

/** A settings file as read: choices only where nothing is wrong with it. */
export interface CheckedChoices {
  readonly choices?: StackChoices;
  readonly findings: readonly ChoicesFinding[];
}

/** A settings file that cannot be used; the message says why, with lines. */
export class ChoicesError extends Error {}

/** Reads a settings file. @throws ChoicesError for what it may not say */
export function readChoices(text: string): StackChoices {
  const { choices, findings } = checkChoices(text);
  if (choices === undefined) throw new ChoicesError(findings.map(({ line, message }) => `line ${String(line)}: ${message}`).join('\n'));
  return choices;
}

/** Reads a settings file and says all that is wrong with it. Never throws. */
export function checkChoices(text: string): CheckedChoices {
  const [document, second] = new YamlReader().read(text);
  const found: { readonly message: string; readonly span: Span }[] = [];
  const issue = document?.issues.find(isRejection);
  if (issue !== undefined) found.push({ message: `It is no readable YAML: ${issue.message}`, span: issue });
  if (second !== undefined) found.push({ message: 'A settings file is one document.', span: { start: second.start, end: second.end } });
  const check = new Check((path, message, on = 'value') => { found.push({ message, span: document?.locate(path, { on }) ?? { start: 0, end: 0 } }); });
  const choices = issue === undefined ? check.choices(document?.toJS() ?? {}) : undefined;
  const findings = found.map(({ message, span: { start, end } }): ChoicesFinding => ({ message, span: { start, end }, line: text.slice(0, start).split('\n').length }));
  return choices === undefined || findings.length > 0 ? { findings } : { choices, findings };
}

type Told = (path: Path, message: string, on?: 'key' | 'value') => void;
type Fields = Readonly<Record<string, unknown>>;

/** Whether a namespace or an object of the operator may have this name: a DNS label (RFC 1123), at most 63 characters. */
export function isLabelName(text: string): boolean {
  return patterns.labelName.test(text);
}

/** What may hold a secret, which belongs into no file. */
const secretive = /password|secret|token|url|key/i;

class Check {
  readonly #tell: Told;

  constructor(tell: Told) {
    this.#tell = tell;
  }

  choices(value: unknown): StackChoices | undefined {
    if (!isRecord(value)) {
      this.#tell([], 'A settings file is a mapping of settings.');
      return undefined;
    }
    this.#onlyKnown(value, [], Object.keys(choicesFields));
    const list = value['components'];
    if (list !== undefined && !Array.isArray(list)) this.#tell(['components'], `components is a list of ${components.join(', ')}.`);
    const chosen = Array.isArray(list) ? list.flatMap((one: unknown, index) => this.#oneOf(one, components, ['components', index]) ?? []) : components;
    const namespace = value['namespace'] ?? 'monitoring';
    if (typeof namespace !== 'string' || !isLabelName(namespace)) this.#tell(['namespace'], 'namespace must be a name of lower case letters, digits and "-", of at most 63.');
    const operator = this.#text(value, ['operator']);
    if (operator !== undefined && !patterns.version.test(operator)) this.#tell(['operator'], 'operator must be a version such as "0.94.1".');
    const domain = this.#text(value, ['grafanaDomain']);
    if (domain !== undefined && !patterns.domain.test(domain)) this.#tell(['grafanaDomain'], 'grafanaDomain must be a domain such as shop.example, without https:// and "grafana.".');
    const storageClass = this.#text(value, ['storageClass']);
    const manifests = this.#text(value, ['manifests']);
    const alertmanager = value['alertmanager'] === undefined ? undefined : this.#channel(value['alertmanager']);
    const helm = value['helm'] === undefined ? undefined : this.#helm(value['helm']);
    if (manifests !== undefined && helm !== undefined) this.#tell(['helm'], 'Choose manifests or helm; a stack has one source.', 'key');
    if (manifests !== undefined && !patterns.manifests.test(manifests)) this.#tell(['manifests'], 'Manifests are only downloaded over https.');
    return {
      namespace: String(namespace), profile: this.#oneOf(value['profile'] ?? 'default', profiles, ['profile']) ?? 'default', components: chosen,
      ...(operator === undefined ? {} : { operator }), ...(storageClass === undefined ? {} : { storageClass }), ...(alertmanager === undefined ? {} : { alertmanager }),
      ...(domain === undefined ? {} : { grafanaDomain: domain }), ...(manifests === undefined ? {} : { manifests }), ...(helm === undefined ? {} : { helm }),
    };
  }

  #channel(value: unknown): ChannelChoices | undefined {
    if (!isRecord(value)) {
      this.#tell(['alertmanager'], 'alertmanager is a mapping with a channel.');
      return undefined;
    }
    for (const key of Object.keys(value).filter((one) => secretive.test(one))) this.#tell(['alertmanager', key], `${key}: secrets do not belong into this file; they are asked for and kept in the cluster.`, 'key');
    this.#onlyKnown(value, ['alertmanager'], Object.keys(channelFields), secretive);
    const channel = this.#oneOf(value['channel'], channels, ['alertmanager', 'channel']);
    if (channel === 'email') {
      for (const key of emailNeeds) if (value[key] === undefined) this.#tell(['alertmanager'], `E-mail needs ${key}.`, 'key');
      if (typeof value['smarthost'] === 'string' && !patterns.smarthost.test(value['smarthost'])) this.#tell(['alertmanager', 'smarthost'], 'smarthost must be HOST:PORT.');
    }
    return channel === undefined ? undefined : { channel, ...this.#texts(value, ['to', 'from', 'smarthost', 'username', 'room'], ['alertmanager']) };
  }

  #helm(value: unknown): HelmChoices | undefined {
    if (!isRecord(value)) {
      this.#tell(['helm'], 'helm is a mapping with a chart and a release.');
      return undefined;
    }
    this.#onlyKnown(value, ['helm'], Object.keys(helmFields));
    const { chart, release, ...rest } = this.#texts(value, ['chart', 'release', 'version', 'values'], ['helm']);
    if (chart === undefined) this.#tell(['helm'], 'helm needs a chart.', 'key');
    for (const [key, text] of Object.entries({ chart, ...rest })) if (text !== undefined && !patterns.argument.test(text)) this.#tell(['helm', key], `${key} may not begin with "-".`);
    if (release !== undefined && !patterns.release.test(release)) this.#tell(['helm', 'release'], 'release must be a name of lower case letters, digits and "-", of at most 53.');
    return chart === undefined ? undefined : { chart, release: release ?? 'monitoring', ...rest };
  }

  #onlyKnown(value: Fields, path: Path, known: readonly string[], told?: RegExp): void {
    for (const key of Object.keys(value)) {
      if (!known.includes(key) && told?.test(key) !== true) this.#tell([...path, key], `There is no setting "${[...path, key].join('.')}", only ${known.join(', ')}.`, 'key');
    }
  }

  #texts<K extends string>(value: Fields, keys: readonly K[], path: Path): Partial<Record<K, string>> {
    const found: Partial<Record<K, string>> = {};
    for (const key of keys) {
      const text = this.#text(value, [...path, key]);
      if (text !== undefined) found[key] = text;
    }
    return found;
  }

  #text(value: Fields, path: Path): string | undefined {
    const key = String(path.at(-1));
    const one = value[key];
    if (one === undefined || (typeof one === 'string' && one !== '')) return one;
    this.#tell(path, `${key} must be a text${typeof one === 'number' ? ': put it in quotes' : ''}.`);
    return undefined;
  }

  #oneOf<T extends string>(value: unknown, allowed: readonly T[], path: Path): T | undefined {
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.#tell(path, `${path.filter((step) => typeof step === 'string').join('.')} must be one of ${allowed.join(', ')}.`);
    return found;
  }
}
