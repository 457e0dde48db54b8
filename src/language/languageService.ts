import { type AlertRouting, alertRouting } from './chain/alertRouting.ts';
import { type JudgedRelabelList, judgeRelabelList } from './chain/relabelList.ts';
import { type ScrapeConfiguration, scrapeConfiguration, scrapeServersIn } from './chain/scrapeConfiguration.ts';
import { complete } from './completion/complete.ts';
import { completeExpression } from './completion/completeExpression.ts';
import { Knowledge, type MetricFacts } from './completion/knowledge.ts';
import type { Completion } from './completion/offer.ts';
import { recordedMetrics } from './completion/recordedMetrics.ts';
import { type CursorRequest, dialectOf } from './completion/request.ts';
import type { Surroundings } from './chain/surroundings.ts';
import { documentFindings, isOurs, monitoringGroup } from './documentFindings.ts';
import { completeEmbedded } from './embedded/completeEmbedded.ts';
import { embeddedAt } from './embedded/embeddedIn.ts';
import type { EmbeddedKind } from './embedded/embeddedText.ts';
import { describedBy } from './embedded/fields.ts';
import { embeddedFindings } from './embedded/findings.ts';
import { isOfValues } from './embedded/helmValues.ts';
import { hoverEmbedded } from './embedded/hoverEmbedded.ts';
import type { Finding, Problem, Span } from './finding.ts';
import type { OperatorOptions } from './generate/operatorOptions.ts';
import { isRecord } from './json.ts';
import { hover } from './hover/hover.ts';
import { hoverLinks } from './hover/hoverLinks.ts';
import type { Hover } from './hover/hoverExpression.ts';
import type { CheckContext } from './kinds/kindCheck.ts';
import type { KubernetesObject, ObjectLookup } from './kinds/objects.ts';
import { agreed, isWritten } from './kustomize/agreed.ts';
import { checkServiceOfMonitors } from './kinds/links/serviceOfMonitors.ts';
import { kindChecks } from './kinds/registry.ts';
import { counts } from './kinds/rules/advice/advise.ts';
import { isMisplaced } from './kinds/rules/advice/missingTexts.ts';
import { judgesOf, usualJudge } from './kinds/rules/judges.ts';
import { defaultOperatorVersion } from './operatorRelease.ts';
import { counters } from './kinds/rules/rule.ts';
import { plainFileProblems } from './plainFiles/plainFile.ts';
import { placeProblem } from './placeProblem.ts';
import { completeInPromqlFile, hoverInPromqlFile, isPromqlFile, promqlFileFindings, signatureInPromqlFile } from './promqlFile/promqlFile.ts';
import { ProblemMemory } from './problemMemory.ts';
import { relativeOf } from './relatives/relatives.ts';
import { applyDefaults, prune } from './schemas/prune.ts';
import type { KindName, SchemaStore } from './schemas/schemaStore.ts';
import type { KindSchema } from './schemas/types.ts';
import { validate } from './schemas/validate.ts';
import { levelOf, type PathSettings, type PlainKind, type Target } from './settings/settings.ts';
import { signatureHelp, type SignatureHelp } from './signatures/signatureHelp.ts';
import { Suppressions } from './suppressions.ts';
import { duplicateProblems } from './workspace/links/duplicates.ts';
import { maximumTextLength, type SourceFile, type SourceObject } from './workspace/sourceFile.ts';
import type { Workspace } from './workspace/workspace.ts';

/** How often each piece of work was done. */
export interface Work {
  readonly parsedPieces: number;
  readonly indexedObjects: number;
  readonly checkedObjects: number;
  readonly checkedRules: number;
  readonly advisedRules: number;
}

/** Everything that Kubeprom knows about monitoring files, for an editor or a command line. */
export class LanguageService {
  readonly #schemas: SchemaStore;
  readonly #stored = new WeakMap<object, KubernetesObject>();
  readonly #memory = new ProblemMemory();
  /** Groups that {@link prepare} has gone through. */
  readonly #prepared = new WeakSet<object>();

  constructor(schemas: SchemaStore) {
    this.#schemas = schemas;
  }

  /** Loads the schemas that {@link check} needs for a file; nothing for a file without an object of ours. */
  async load(file: SourceFile, workspace: Workspace, target: Target): Promise<void> {
    const names = new Map<string, KindName>();
    const add = ({ apiVersion, kind }: KindName): void => {
      names.set(`${apiVersion}/${kind}`, { apiVersion, kind });
    };
    for (const { value } of [...file.written, ...file.objects]) {
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
    if (isPromqlFile(file.uri)) return promqlFileFindings(file.text, usualJudge(settings.target));
    const findings: Finding[] = settings.plain === undefined ? [] : plainFindings(file, settings.plain, settings.target);
    for (const document of file.documents) {
      if (!isOurs(document)) continue;
      findings.push(...documentFindings(document).filter((finding) => file.masked.length === 0 || finding.code !== 'yaml/syntax'));
    }
    const rendered: Finding[] = [];
    for (const source of file.objects) {
      if (source.isRendered === true) rendered.push(...this.#linkedFindings(source, workspace, settings.target));
    }
    const isKnownAsRendered = ({ document }: SourceObject): boolean => file.objects.some((object) => object.isRendered === true && object.document.whole === document);
    for (const source of file.written) {
      // The branches of a template are not all of one object: what helm made of it is.
      if (file.objects !== file.written && isKnownAsRendered(source)) continue;
      const relative = relativeOf(source.value);
      const shared = relative?.schema === undefined ? undefined : this.#schemas.get(relative.schema, settings.target.operatorVersion);
      for (const problem of relative?.check(source.value, shared) ?? []) findings.push(placeProblem(problem, source));
      if (isOpen(source, workspace)) {
        if (source.value.apiVersion.startsWith(`${monitoringGroup}/`)) findings.push(...this.#objectProblems(source, workspace, settings.target, alone).map((problem) => placeProblem(problem, source)));
        continue;
      }
      findings.push(...this.#linkedFindings(source, workspace, settings.target));
    }
    findings.push(...embeddedFindings(file, workspace, settings.target), ...chartFindings(file, workspace));
    return unique([...decided(findings, file, settings, file.masked), ...decided(rendered, file, settings, [])]);
  }

  /** What is wrong with an object by itself and with what it says of others, in each form that it is applied in. */
  #linkedFindings(source: SourceObject, workspace: Workspace, target: Target): Finding[] {
    const placed = (problem: Problem): Finding => placeProblem(problem, source, (object) => workspace.sourceOf(object));
    const forms = workspace.formsOf(source);
    const findings = source.value.kind !== 'Service' ? []
      : agreed(forms.map(({ value }) => this.#memory.problems(value, [], this.#surroundings(workspace, target), ({ lookup }) => checkServiceOfMonitors(value, lookup)))).map(placed);
    if (!source.value.apiVersion.startsWith(`${monitoringGroup}/`)) return findings;
    if (forms.length === 1) findings.push(...duplicateProblems(forms[0] ?? source, workspace).map(placed));
    const problems = forms.length === 0 ? this.#patchProblems(source, target) : agreed(forms.map((form) => this.#objectProblems(form, workspace, target).filter((problem) => isWritten(problem, form.value, source.value))));
    return [...findings, ...problems.filter((problem) => isOfValues(source, problem)).map(placed)];
  }

  /**
   * Does most of the work of {@link check} in parts, and stops after each: what is found is remembered. Whoever must not be
   * kept waiting goes through it first; then the check of a file of thousands of rules is short. Call {@link load} before.
   */
  *prepare(file: SourceFile, workspace: Workspace, { excluded, target }: PathSettings): Generator<undefined> {
    if (excluded) return;
    for (const { value } of file.objects) {
      if (value.kind !== 'PrometheusRule' || this.#schemas.get(value, target.operatorVersion) === undefined) continue;
      const object = this.#storedForm(value, target);
      yield;
      const spec = isRecord(object.spec) ? object.spec : {};
      for (const group of Array.isArray(spec['groups']) ? (spec['groups'] as unknown[]) : []) {
        if (!isRecord(group) || this.#prepared.has(group)) continue;
        this.#prepared.add(group);
        // Rules and groups are judged one by one: an object of this group alone gives the same answers.
        kindChecks.get(value.kind)?.check({ object: { ...object, spec: { ...spec, groups: [group] } }, ...this.#surroundings(workspace, target) });
        yield;
      }
    }
  }

  /** What is wrong with each object of ours in a file as it is applied, before settings and comments are asked. Call {@link load} before. */
  problems(file: SourceFile, workspace: Workspace, target: Target): Map<KubernetesObject, readonly Problem[]> {
    const ours = workspace.appliedIn(file).filter(({ value }) => value.apiVersion.startsWith(`${monitoringGroup}/`));
    return new Map(ours.map((source) => [source.value, isOpen(source, workspace) ? this.#objectProblems(source, workspace, target, alone) : this.#objectProblems(source, workspace, target)]));
  }

  /** The work done so far, for the status report and for tests that prove what a keystroke costs. */
  work(workspace: Workspace): Work {
    const parsedPieces = [...workspace.files].reduce((sum, file) => sum + file.parsedPieces, 0);
    return { parsedPieces, indexedObjects: workspace.indexedObjects, checkedObjects: this.#memory.checkedObjects, checkedRules: counters.rulesChecked, advisedRules: counts.rulesAdvised };
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

  /** What is known around an object of a workspace with the schemas that are loaded. */
  around(workspace: Workspace, target: Target): Omit<CheckContext, 'object'> {
    return this.#surroundings(workspace, target);
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
  async complete(file: SourceFile, offset: number, workspace: Workspace, settings: PathSettings, facts?: MetricFacts): Promise<Completion> {
    if (isPromqlFile(file.uri)) return completeInPromqlFile(this.#question(file, offset, workspace, settings, facts));
    const inside = embeddedAt(file, offset, workspace);
    if (inside !== undefined) return completeEmbedded(inside.embedded.content, inside.offset, await this.#describing(inside.embedded.content.kind, settings.target));
    return complete(this.#question(file, offset, workspace, settings, facts));
  }

  /** What may be written at an offset of an expression that stands in no file. */
  async completeExpression(text: string, offset: number, workspace: Workspace, target: Target, facts?: MetricFacts): Promise<Completion> {
    return completeExpression(text, offset, { dialect: dialectOf([usualJudge(target)]), knowledge: new Knowledge(recordedMetrics(workspace)), ...(facts === undefined ? {} : { facts }) });
  }

  /** What stands at an offset of a file, explained; undefined where there is nothing to say. */
  async hover(file: SourceFile, offset: number, workspace: Workspace, settings: PathSettings, facts?: MetricFacts): Promise<Hover | undefined> {
    if (isPromqlFile(file.uri)) return hoverInPromqlFile(this.#question(file, offset, workspace, settings, facts));
    const inside = embeddedAt(file, offset, workspace);
    if (inside !== undefined) {
      const schema = await this.#describing(inside.embedded.content.kind, settings.target);
      return schema === undefined ? undefined : hoverEmbedded(inside.embedded.content, inside.offset, schema);
    }
    const said = await hover(this.#question(file, offset, workspace, settings, facts));
    const links = hoverLinks(file, offset, workspace);
    return said === undefined || links === undefined ? links ?? said : { span: said.span, markdown: `${links.markdown}\n\n---\n\n${said.markdown}` };
  }

  /** The signature of the call at an offset of a file; undefined outside of calls. */
  signatureHelp(file: SourceFile, offset: number): SignatureHelp | undefined {
    return isPromqlFile(file.uri) ? signatureInPromqlFile(file.text, offset) : signatureHelp({ file, offset });
  }

  /** The schema whose descriptions hold for an embedded configuration as well. */
  async #describing(kind: EmbeddedKind, target: Target): Promise<KindSchema | undefined> {
    const name = describedBy[kind];
    return name === undefined ? undefined : this.#schemas.load(name, target.operatorVersion);
  }

  #question(file: SourceFile, offset: number, workspace: Workspace, { target }: PathSettings, facts: MetricFacts | undefined): CursorRequest {
    return {
      file,
      offset,
      workspace,
      schemas: this.#schemas,
      operatorVersion: target.operatorVersion,
      judges: (source) => (source === undefined ? [usualJudge(target)] : judgesOf(this.#context(source.value, workspace, target)).judges),
      ...(facts === undefined ? {} : { facts }),
    };
  }

  /** Unknown fields are pruned unless a client asks to refuse them. */
  #refusal(object: KubernetesObject, target: Target): Problem | undefined {
    const schema = this.#schemas.get(object, target.operatorVersion);
    return schema === undefined ? undefined : validate(object, schema).find(({ code, severity }) => severity === 'error' && code !== 'schema/unknown-field');
  }

  /** `lookup`: the objects that are asked for, where they are not the workspace's. */
  #objectProblems({ value }: SourceObject, workspace: Workspace, target: Target, lookup: ObjectLookup = workspace): readonly Problem[] {
    const schema = this.#schemas.get(value, target.operatorVersion);
    return this.#memory.problems(value, [schema, JSON.stringify(target)], { ...this.#surroundings(workspace, target), lookup }, (surroundings) => {
      if (schema === undefined) return [unknownKind(value, this.#schemas.kinds(target.operatorVersion))];
      const problems = validate(value, schema);
      const checks = kindChecks.get(value.kind);
      // Of an object of the wrong shape the operator never hears; unknown fields are pruned before it looks.
      if (checks === undefined || (checks.kind !== 'PrometheusRule' && problems.some((problem) => problem.code !== 'schema/unknown-field'))) return problems;
      return [...problems, ...checks.check({ object: this.#storedForm(value, target), ...surroundings }).filter((problem) => !isMisplaced(problem, problems))];
    });
  }

  /** Of a kustomization's patch: only what is there can be wrong. */
  #patchProblems({ value }: SourceObject, target: Target): Problem[] {
    const schema = this.#schemas.get(value, target.operatorVersion);
    return schema === undefined ? [] : validate(value, schema).filter(({ code, path }) => code !== 'schema/required' && !path.includes('$patch'));
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

/** Nothing but an object itself: what a template leaves open is judged by what it says of itself. */
const alone: ObjectLookup = { complete: false, list: () => [], get: () => undefined };

/** Whether what an object says of others is not known: a template writes it, or writes what it would find. */
function isOpen(source: SourceObject, workspace: Workspace): boolean {
  const { file, unsettled } = source;
  return unsettled === true || (file.objects !== file.written && !file.objects.includes(source)) || workspace.charts.isUnrendered(file.uri);
}

/** Why a chart was not rendered, said in its Chart.yaml. */
function chartFindings(file: SourceFile, workspace: Workspace): Finding[] {
  const failure = workspace.charts.chartFileOf(file.uri) === file ? workspace.charts.failureOf(file.uri) : undefined;
  if (failure === undefined) return [];
  return [{ code: 'chart/not-rendered', severity: 'information', message: failure, span: file.documents[0]?.locate(['name'], { on: 'key' }) ?? { start: 0, end: 0 } }];
}

/** Findings in the order of the text; what is said of a template and of each object that it makes is said once. */
function unique(findings: readonly Finding[]): Finding[] {
  const known = new Map(findings.toReversed().map((finding) => [`${finding.code} ${String(finding.span.start)} ${finding.message}`, finding]));
  return findings.filter((finding) => known.get(`${finding.code} ${String(finding.span.start)} ${finding.message}`) === finding)
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
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
function decided(findings: readonly Finding[], file: SourceFile, settings: PathSettings, masked: readonly Span[]): Finding[] {
  const suppressions = new Suppressions(file.text, () => rulesIn(file));
  const broken = new Set(findings.filter((finding) => finding.code === 'yaml/syntax').map((finding) => lineStart(file.text, finding)));
  return findings
    // What is read of a line with a syntax error is guesswork.
    .filter((finding) => finding.code === 'yaml/syntax' || broken.size === 0 || !broken.has(lineStart(file.text, finding)))
    .flatMap((finding) => {
      const level = levelOf(settings, finding.code, finding.severity);
      return level === 'off' ? [] : [level === finding.severity ? finding : { ...finding, severity: level }];
    })
    .filter((finding) => !suppressions.covers(finding) && !isUnknowable(finding, masked));
}

function lineStart(text: string, { span }: Finding): number {
  return text.lastIndexOf('\n', span.start - 1) + 1;
}

/** In a template, what is missing may come from it, and what stands at its place is unknown. */
function isUnknowable(finding: Finding, masked: readonly Span[]): boolean {
  return masked.length > 0 && (finding.code === 'schema/required' || masked.some((span) => span.start < finding.span.end && finding.span.start < span.end));
}
