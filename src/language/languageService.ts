import { type AlertRouting, alertRouting } from './chain/alertRouting.ts';
import { type JudgedRelabelList, judgeRelabelList } from './chain/relabelList.ts';
import { type ScrapeConfiguration, scrapeConfiguration, scrapeServersIn } from './chain/scrapeConfiguration.ts';
import { complete } from './completion/complete.ts';
import type { MetricFacts } from './completion/knowledge.ts';
import type { Completion } from './completion/offer.ts';
import { recordedMetrics } from './completion/recordedMetrics.ts';
import type { CursorRequest } from './completion/request.ts';
import type { Surroundings } from './chain/surroundings.ts';
import { documentFindings, isOurs, monitoringGroup } from './documentFindings.ts';
import type { Finding, Problem, Span } from './finding.ts';
import type { OperatorOptions } from './generate/operatorOptions.ts';
import { isRecord } from './json.ts';
import { hover } from './hover/hover.ts';
import type { Hover } from './hover/hoverExpression.ts';
import type { CheckContext } from './kinds/kindCheck.ts';
import type { KubernetesObject } from './kinds/objects.ts';
import { kindChecks } from './kinds/registry.ts';
import { controllerJudge } from './kinds/rules/judge.ts';
import { isMisplaced } from './kinds/rules/advice/missingTexts.ts';
import { judgesOf } from './kinds/rules/judges.ts';
import { defaultOperatorVersion, operatorRelease } from './operatorRelease.ts';
import { plainFileProblems } from './plainFiles/plainFile.ts';
import { placeProblem } from './placeProblem.ts';
import { relativeOf } from './relatives/relatives.ts';
import { applyDefaults, prune } from './schemas/prune.ts';
import type { KindName, SchemaStore } from './schemas/schemaStore.ts';
import { validate } from './schemas/validate.ts';
import { levelOf, type PathSettings, type PlainKind, type Target } from './settings/settings.ts';
import { signatureHelp, type SignatureHelp } from './signatures/signatureHelp.ts';
import { Suppressions } from './suppressions.ts';
import { maximumTextLength, type SourceFile, type SourceObject } from './workspace/sourceFile.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Everything that Kubeprom knows about monitoring files, for an editor or a command line. */
export class LanguageService {
  readonly #schemas: SchemaStore;
  readonly #stored = new WeakMap<object, KubernetesObject>();

  constructor(schemas: SchemaStore) {
    this.#schemas = schemas;
  }

  /** Loads the schemas that {@link check} needs for a file; nothing for a file without an object of ours. */
  async load(file: SourceFile, workspace: Workspace, target: Target): Promise<void> {
    const names = new Map<string, KindName>();
    const add = ({ apiVersion, kind }: KindName): void => {
      names.set(`${apiVersion}/${kind}`, { apiVersion, kind });
    };
    for (const { value } of file.objects) {
      const shared = relativeOf(value)?.schema;
      if (shared !== undefined) add(shared);
      if (!value.apiVersion.startsWith(`${monitoringGroup}/`)) continue;
      add(value);
      for (const judge of kindChecks.get(value.kind)?.judges ?? []) for (const object of workspace.list(judge)) add(object);
    }
    await Promise.all([...names.values()].map((name) => this.#schemas.load(name, target.operatorVersion)));
  }

  /** What is wrong with a file, in the order of the text. Call {@link load} before. */
  check(file: SourceFile, workspace: Workspace, settings: PathSettings): Finding[] {
    if (settings.excluded) return [];
    if (file.unread !== undefined) return [{ code: 'file/unread', severity: 'information', message: unreadMessages[file.unread], span: { start: 0, end: 0 } }];
    const findings: Finding[] = settings.plain === undefined ? [] : plainFindings(file, settings.plain, settings.target);
    for (const document of file.documents) {
      if (!isOurs(document)) continue;
      findings.push(...documentFindings(document).filter((finding) => file.masked.length === 0 || finding.code !== 'yaml/syntax'));
    }
    for (const source of file.objects) {
      const relative = relativeOf(source.value);
      const shared = relative?.schema === undefined ? undefined : this.#schemas.get(relative.schema, settings.target.operatorVersion);
      for (const problem of relative?.check(source.value, shared) ?? []) findings.push(placeProblem(problem, source));
      if (!source.value.apiVersion.startsWith(`${monitoringGroup}/`)) continue;
      for (const problem of this.#objectProblems(source, workspace, settings.target)) findings.push(placeProblem(problem, source, (object) => workspace.sourceOf(object)));
    }
    return decided(findings, file, settings);
  }

  /** What is wrong with each object of ours in a file, before settings and comments are asked. Call {@link load} before. */
  problems(file: SourceFile, workspace: Workspace, target: Target): Map<KubernetesObject, readonly Problem[]> {
    const ours = file.objects.filter(({ value }) => value.apiVersion.startsWith(`${monitoringGroup}/`));
    return new Map(ours.map((source) => [source.value, this.#objectProblems(source, workspace, target)]));
  }

  /** By what a file is judged. */
  basis(file: SourceFile, workspace: Workspace, settings: PathSettings): { kinds: string[]; judges: string[]; operatorVersion: string; features: readonly string[] } {
    const ours = file.objects.filter(({ value }) => value.apiVersion.startsWith(`${monitoringGroup}/`));
    const judges = ours.filter(({ value }) => value.kind === 'PrometheusRule').flatMap(({ value }) => judgesOf(this.#context(value, workspace, settings.target)).judges);
    const relatives = file.objects.flatMap(({ value }) => relativeOf(value)?.status ?? []);
    return {
      kinds: [...new Set(ours.map(({ value }) => value.kind))],
      judges: [...new Set([...judges.map((judge) => `${judge.name ?? judge.component} ${judge.version}`), ...relatives])],
      operatorVersion: settings.target.operatorVersion ?? defaultOperatorVersion,
      features: settings.target.features ?? [],
    };
  }

  /** The scrape configuration to be of each Prometheus and PrometheusAgent of the workspace. Call {@link load} for its files before. */
  scrapeConfigurations(workspace: Workspace, target: Target, operator: OperatorOptions): ScrapeConfiguration[] {
    const surroundings = this.#surroundings(workspace, target);
    return scrapeServersIn(workspace).map((server) => scrapeConfiguration(server, surroundings, operator));
  }

  /** How each Alertmanager of the workspace will route; where there is none, how one that selects everything would. */
  alertRoutings(workspace: Workspace, target: Target): AlertRouting[] {
    const surroundings = this.#surroundings(workspace, target);
    const servers = workspace.list('Alertmanager');
    return servers.length === 0 ? [alertRouting(undefined, surroundings)] : servers.map((server) => alertRouting(server, surroundings));
  }

  /** What the functions of `chain` need to know around an object, with the schemas of some kinds loaded for it. */
  async surroundings(workspace: Workspace, target: Target, kinds: readonly string[]): Promise<Surroundings> {
    const names = new Map(kinds.flatMap((kind) => workspace.list(kind)).map(({ apiVersion, kind }) => [`${apiVersion}/${kind}`, { apiVersion, kind }]));
    await Promise.all([...names.values()].map((name) => this.#schemas.load(name, target.operatorVersion)));
    return { ...this.#surroundings(workspace, target), refusal: (object) => this.#refusal(object, target) };
  }

  /** Judges a list of relabel configs in the operator's spelling. */
  async relabelList(list: unknown, target: Target): Promise<JudgedRelabelList> {
    const schema = await this.#schemas.load({ apiVersion: `${monitoringGroup}/v1`, kind: 'PodMonitor' }, target.operatorVersion);
    return schema === undefined ? { problems: [], configs: [] } : judgeRelabelList(list, schema, target);
  }

  /** What may be written at an offset of a file, best first. */
  complete(file: SourceFile, offset: number, workspace: Workspace, settings: PathSettings, facts?: MetricFacts): Promise<Completion> {
    return complete(this.#question(file, offset, workspace, settings, facts));
  }

  /** What stands at an offset of a file, explained; undefined where there is nothing to say. */
  hover(file: SourceFile, offset: number, workspace: Workspace, settings: PathSettings, facts?: MetricFacts): Promise<Hover | undefined> {
    return hover(this.#question(file, offset, workspace, settings, facts));
  }

  /** The signature of the call at an offset of a file; undefined outside of calls. */
  signatureHelp(file: SourceFile, offset: number): SignatureHelp | undefined {
    return signatureHelp({ file, offset });
  }

  #question(file: SourceFile, offset: number, workspace: Workspace, { target }: PathSettings, facts: MetricFacts | undefined): CursorRequest {
    const nobody = controllerJudge({ name: undefined, component: 'Prometheus', version: target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus, features: target.features ?? [] });
    return {
      file,
      offset,
      workspace,
      schemas: this.#schemas,
      operatorVersion: target.operatorVersion,
      judges: (source) => (source === undefined ? [nobody] : judgesOf(this.#context(source.value, workspace, target)).judges),
      ...(facts === undefined ? {} : { facts }),
    };
  }

  /** Unknown fields are pruned unless a client asks to refuse them. */
  #refusal(object: KubernetesObject, target: Target): Problem | undefined {
    const schema = this.#schemas.get(object, target.operatorVersion);
    return schema === undefined ? undefined : validate(object, schema).find(({ code, severity }) => severity === 'error' && code !== 'schema/unknown-field');
  }

  #objectProblems(source: SourceObject, workspace: Workspace, target: Target): Problem[] {
    const { value } = source;
    const schema = this.#schemas.get(value, target.operatorVersion);
    if (schema === undefined) return [unknownKind(value, this.#schemas.kinds(target.operatorVersion))];
    const problems = validate(value, schema);
    const checks = kindChecks.get(value.kind);
    // Of an object of the wrong shape the operator never hears; unknown fields are pruned before it looks.
    if (checks === undefined || (checks.kind !== 'PrometheusRule' && problems.some((problem) => problem.code !== 'schema/unknown-field'))) return problems;
    return [...problems, ...checks.check(this.#context(value, workspace, target)).filter((problem) => !isMisplaced(problem, problems))];
  }

  #context(object: KubernetesObject, lookup: Workspace, target: Target): CheckContext {
    const surroundings = this.#surroundings(lookup, target);
    return { object: surroundings.stored(object), ...surroundings };
  }

  #surroundings(lookup: Workspace, target: Target): Omit<CheckContext, 'object'> {
    return { lookup, target, stored: (object) => this.#storedForm(object, target), recorded: () => recordedMetrics(lookup) };
  }

  /** The form that the API server keeps; the object itself where its schema is not loaded. */
  #storedForm(object: KubernetesObject, target: Target): KubernetesObject {
    const known = this.#stored.get(object);
    if (known !== undefined) return known;
    const schema = this.#schemas.get(object, target.operatorVersion);
    if (schema === undefined) return object;
    const stored = applyDefaults(prune(object, schema), schema) as KubernetesObject;
    this.#stored.set(object, stored);
    return stored;
  }
}

/** What is wrong with a file that the settings call one of Prometheus or Alertmanager; nothing in a template, where pieces are missing. */
function plainFindings(file: SourceFile, kind: PlainKind, target: Target): Finding[] {
  const [document] = file.documents;
  if (document === undefined || file.masked.length > 0) return [];
  const broken = documentFindings(document);
  if (broken.some(({ severity }) => severity === 'error')) return broken;
  const place = { file, document, path: [], reference: { apiVersion: '', kind, name: file.uri } };
  return [...broken, ...plainFileProblems(kind, document.toJS(), file.text, target).map((problem) => placeProblem(problem, place))];
}

const unreadMessages = {
  size: `Longer than ${(maximumTextLength / 1_000_000).toFixed(0)} million characters: not read.`,
  binary: 'This is no text: not read.',
} as const;

function unknownKind(object: KubernetesObject, kinds: readonly KindName[]): Problem {
  const versions = kinds.filter((name) => name.kind === object.kind).map((name) => name.apiVersion);
  if (versions.length > 0) {
    return {
      code: 'schema/unknown-version',
      severity: 'error',
      path: ['apiVersion'],
      message: `${object.kind} is not served as ${object.apiVersion}, but as ${versions.join(' or ')}.`,
      ...(versions.length === 1 ? { fixes: [{ title: `Change to ${versions[0] ?? ''}`, changes: [{ kind: 'set', path: ['apiVersion'], value: versions[0] }] }] } : {}),
    };
  }
  const near = kinds.find((name) => name.kind.toLowerCase() === object.kind.toLowerCase());
  return {
    code: 'schema/unknown-kind',
    severity: 'error',
    path: ['kind'],
    message: `The operator has no kind "${object.kind}"${near === undefined ? '' : `; write "${near.kind}"`}.`,
    ...(near === undefined ? {} : { fixes: [{ title: `Change to ${near.kind}`, changes: [{ kind: 'set', path: ['kind'], value: near.kind }] }] }),
  };
}

/** Where the rules of a file stand, in order. */
function rulesIn(file: SourceFile): Span[] {
  return file.objects.flatMap(({ document, path, value }) => {
    const groups = value.kind === 'PrometheusRule' && isRecord(value.spec) && Array.isArray(value.spec['groups']) ? (value.spec['groups'] as unknown[]) : [];
    return groups.flatMap((group, index) => {
      const rules = isRecord(group) && Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
      return rules.flatMap((_, position) => {
        const placed = document.nodeAt([...path, 'spec', 'groups', index, 'rules', position]);
        return placed === undefined ? [] : [{ start: placed.base + placed.node.start, end: placed.base + placed.node.end }];
      });
    });
  });
}

/** The findings that settings, comments and templates leave, with the severities that the settings give. */
function decided(findings: readonly Finding[], file: SourceFile, settings: PathSettings): Finding[] {
  const suppressions = new Suppressions(file.text, () => rulesIn(file));
  const broken = new Set(findings.filter((finding) => finding.code === 'yaml/syntax').map((finding) => lineStart(file.text, finding)));
  return findings
    // What is read of a line with a syntax error is guesswork.
    .filter((finding) => finding.code === 'yaml/syntax' || broken.size === 0 || !broken.has(lineStart(file.text, finding)))
    .flatMap((finding) => {
      const level = levelOf(settings, finding.code, finding.severity);
      return level === 'off' ? [] : [level === finding.severity ? finding : { ...finding, severity: level }];
    })
    .filter((finding) => !suppressions.covers(finding) && !isUnknowable(finding, file.masked))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function lineStart(text: string, { span }: Finding): number {
  return text.lastIndexOf('\n', span.start - 1) + 1;
}

/** In a template, what is missing may come from it, and what stands at its place is unknown. */
function isUnknowable(finding: Finding, masked: readonly Span[]): boolean {
  return masked.length > 0 && (finding.code === 'schema/required' || masked.some((span) => span.start < finding.span.end && finding.span.start < span.end));
}
