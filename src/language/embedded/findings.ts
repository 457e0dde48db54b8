import { documentFindings } from '../documentFindings.ts';
import type { Finding, Path } from '../finding.ts';
import { matcherMode } from '../generate/alertmanager/judge.ts';
import { loadAlertmanagers, loadRelabelConfigs } from '../generate/loading/loadAdditional.ts';
import { loadScrapeConfigs } from '../generate/loading/loadScrapeConfigs.ts';
import type { LoadError } from '../generate/loading/judge.ts';
import { unknownRelabelFields, unknownScrapeFields } from '../generate/loading/scrapeFields.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { loadConfigText } from '../routing/config/load.ts';
import type { Target } from '../settings/settings.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import { embeddedIn } from './embeddedIn.ts';
import type { Embedded, EmbeddedKind } from './embeddedText.ts';

interface Fault {
  readonly path: Path;
  readonly message: string;
  readonly on?: 'key';
}

/** What is wrong with the configurations inside of a file's Secrets, ConfigMaps and values, at their places. */
export function embeddedFindings(file: SourceFile, lookup: ObjectLookup, target: Target): Finding[] {
  return embeddedIn(file, lookup).flatMap((embedded) => findingsOf(embedded, lookup, target));
}

function findingsOf({ content, source }: Embedded, lookup: ObjectLookup, target: Target): Finding[] {
  const { kind, inner } = content;
  const [document] = inner.documents;
  if (document === undefined) return [];
  const object = source === undefined ? {} : { object: source.reference };
  const broken = documentFindings(document).map((finding) => ({
    ...finding, ...object, span: content.spanOf(finding.span), related: (finding.related ?? []).map((place) => ({ ...place, span: content.spanOf(place.span) })),
  }));
  if (broken.some(({ severity }) => severity === 'error')) return broken;
  const faults = faultsOf(kind, inner.text, document.toJS(), target).map(({ path, message, on }): Finding => ({
    code: codeOf(kind, source, document.toJS(), lookup),
    severity: 'error',
    message: `${message}: ${consequences[kind]}`,
    span: content.spanOf(document.locate(path, on === undefined ? {} : { on })),
    ...object,
  }));
  return [...broken, ...faults];
}

const consequences: Readonly<Record<EmbeddedKind, string>> = {
  alertmanager: 'Alertmanager does not load this configuration.',
  scrapeConfigs: 'the operator adds this as it is, and Prometheus does not load its whole configuration.',
  relabelConfigs: 'the operator adds this as it is, and Prometheus does not load its whole configuration.',
  alertmanagers: 'the operator adds this as it is, and Prometheus does not load its whole configuration.',
};

/** The same code as on the server that gets no configuration for it. */
function codeOf(kind: EmbeddedKind, source: SourceObject | undefined, value: unknown, lookup: ObjectLookup): string {
  if (kind === 'alertmanager') return source !== undefined && isBase(source.value, lookup) ? 'alertmanager/base' : 'alertmanager/configuration';
  if (kind === 'scrapeConfigs') return Array.isArray(value) ? 'scrape/unloadable' : 'prometheus/generation-failed';
  return Array.isArray(value) ? 'prometheus/unloadable' : 'prometheus/additional-config';
}

/** Whether an Alertmanager takes its configuration from a Secret. */
function isBase({ kind, metadata: { name, namespace } }: KubernetesObject, lookup: ObjectLookup): boolean {
  return kind === 'Secret' && lookup.list('Alertmanager').some((server) => {
    const named = Source.of(server).at('spec', 'configSecret').text;
    return (server.metadata.namespace ?? defaultNamespace) === (namespace ?? defaultNamespace) && (named === '' ? `alertmanager-${server.metadata.name}` : named) === name;
  });
}

function faultsOf(kind: EmbeddedKind, text: string, value: unknown, target: Target): Fault[] {
  if (kind === 'alertmanager') return [...loadConfigText(text, matcherMode(target.alertmanagerVersion ?? operatorRelease(target.operatorVersion).alertmanager)).faults];
  if (value === null) return [];
  if (!Array.isArray(value)) return [{ path: [], message: 'this is no list' }];
  const unknown = (errors: readonly LoadError[]): Fault[] => errors.map((error) => ({ ...error, on: 'key' }));
  if (kind === 'scrapeConfigs') return [...unknown(unknownScrapeFields(value)), ...loadScrapeConfigs({ scrape_configs: value }).map(({ path, message }) => ({ path: path.slice(1), message }))];
  return kind === 'relabelConfigs' ? [...unknown(unknownRelabelFields(value)), ...loadRelabelConfigs(value)] : loadAlertmanagers(value);
}
