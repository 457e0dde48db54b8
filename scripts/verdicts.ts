/**
 * Compares Kubeprom's verdicts with the machine-made ones of ../shared/corpora, and prints for each corpus how many agree
 * and which do not. Objects go through the same door as in `kubeprom check --complete`; what has no object of its own
 * (expressions, templates, relabel lists) and what is generated goes through its own function. Usage: npm run verdicts
 */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { formatDuration } from '../src/language/duration.ts';
import type { Finding } from '../src/language/finding.ts';
import { generateAlertmanagerConfig } from '../src/language/generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../src/language/generate/alertmanager/judge.ts';
import { toPlain } from '../src/language/generate/node.ts';
import type { OperatorOptions } from '../src/language/generate/operatorOptions.ts';
import { generateScrapeConfigs } from '../src/language/generate/scrapeConfigs.ts';
import type { KubernetesObject } from '../src/language/kinds/objects.ts';
import { LanguageService } from '../src/language/languageService.ts';
import { defaultPromqlOptions, type PromqlOptions } from '../src/language/promql/options.ts';
import { parseExpression } from '../src/language/promql/parse.ts';
import { checkRelabelConfigs } from '../src/language/relabel/checkRelabelConfigs.ts';
import { checkRelabelLoading } from '../src/language/relabel/checkRelabelLoading.ts';
import { relabel } from '../src/language/relabel/relabel.ts';
import { readRelabelConfigs } from '../src/language/relabel/relabelConfig.ts';
import { routeAlert } from '../src/language/routing/route.ts';
import { defaultSettings } from '../src/language/settings/settings.ts';
import { checkTemplate } from '../src/language/templates/check.ts';
import { expandTemplate } from '../src/language/templates/expand.ts';
import { parseVersion } from '../src/language/version.ts';
import { Workspace } from '../src/language/workspace/workspace.ts';
import { lookupOf, parseObject, stored } from '../test/language/kinds/storedObjects.ts';
import { loadedStore } from '../test/language/schemas/store.ts';
import { missingShared, readCorpus } from '../test/shared.ts';

const missing = missingShared('corpora');
if (missing !== undefined) {
  console.error(`verdicts: ${missing}`);
  process.exit(1);
}
const service = new LanguageService(await loadedStore());
let differing = 0;

/** Prints one line for a corpus; `differs` tells a case that does not agree, or undefined where the corpus has no verdict. */
function compare<T extends { readonly id: string }>(what: string, cases: readonly T[], differs: (item: T) => boolean | undefined): void {
  const judged = cases.map((item) => ({ id: item.id, differs: differs(item) })).filter((item) => item.differs !== undefined);
  const wrong = judged.filter((item) => item.differs === true).map(({ id }) => id);
  differing += wrong.length;
  console.log(`| ${what} | ${String(judged.length)} | ${String(judged.length - wrong.length)} | ${(100 * (1 - wrong.length / judged.length)).toFixed(1)} % | ${wrong.join(' ')} |`);
}

/** What `check --complete` says of the first of some texts. */
function findings(texts: readonly string[], alertmanagerVersion?: string): Finding[] {
  const workspace = new Workspace({ complete: true });
  for (const [index, text] of texts.entries()) workspace.set(`${String(index)}.yaml`, text);
  const file = workspace.file('0.yaml');
  return file === undefined ? [] : service.check(file, workspace, { ...defaultSettings, target: alertmanagerVersion === undefined ? {} : { alertmanagerVersion } });
}

const hasError = (found: readonly Finding[]): boolean => found.some(({ severity }) => severity === 'error');
const objects = (texts: readonly string[]): KubernetesObject[] => texts.map(parseObject).filter((object) => object !== undefined);

console.log('| corpus | n | agreed | | differing |\n|---|---:|---:|---:|---|');
promql();
compare('rules: accepted', readCorpus<RuleCase>('rules'), ({ yaml, accepted }) => hasError(findings([yaml])) === accepted);
compare('rules: the webhook, of those accepted', readCorpus<RuleCase>('rules'), ({ yaml, accepted, webhook_ok: ok }) =>
  (accepted ? findings([yaml]).some(({ code }) => code === 'rule/webhook') === ok : undefined));
templates();
compare('monitors: accepted and loads', readCorpus<MonitorCase>('monitors'), ({ yaml, prometheus, context, accepted, loads }) =>
  hasError(findings([yaml, prometheus, ...context])) === (accepted && loads !== false));
compare('alertmanagerconfigs: accepted and generated', readCorpus<AlertmanagerConfigCase>('alertmanagerconfigs'), (item) =>
  (item.convert_error === undefined ? hasError(findings([item.yaml, item.alertmanager, baseSecret(item), ...item.context], item.alertmanagerVersion)) === (item.accepted && item.generate_ok !== false) : undefined));
compare('routing: configuration and routes', readCorpus<RoutingCase>('routing'), routingDiffers);
relabelling();
compare('selection: scrape configuration', readCorpus<SelectionCase>('selection'), selectionDiffers);
process.exitCode = differing === 0 ? 0 : 1;

interface PromqlVerdict {
  readonly options: PromqlOptions;
  readonly ok: boolean;
  readonly errors: readonly { readonly start: number; readonly end: number }[];
}

function promql(): void {
  const cases = readCorpus<{ id: string; expr: string; default: PromqlVerdict; experimental: PromqlVerdict }>('promql');
  for (const set of ['default', 'experimental'] as const) {
    compare(`promql: verdict, ${set} options`, cases, (item) => (parseExpression(item.expr, item[set].options).errors.length === 0) !== item[set].ok);
    compare(`promql: span overlaps, ${set} options`, cases, ({ expr, [set]: { options, errors } }) => {
      const [first] = parseExpression(expr, options).errors;
      const utf16 = (bytes: number): number => Buffer.from(expr).subarray(0, bytes).toString().length;
      return first === undefined || errors.length === 0 ? undefined : !errors.some(({ start, end }) => first.start <= utf16(end) && utf16(start) <= first.end);
    });
  }
}

interface RuleCase {
  readonly id: string;
  readonly yaml: string;
  readonly accepted: boolean;
  readonly webhook_ok: boolean;
}

/** The Secret in which the operator looks for the configuration that an Alertmanager begins with. */
function baseSecret({ alertmanager, baseConfig }: AlertmanagerConfigCase): string {
  const [server] = objects([alertmanager]);
  const { name = '', namespace } = server?.metadata ?? {};
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: `alertmanager-${name}`, namespace }, stringData: { 'alertmanager.yaml': baseConfig } });
}

interface MonitorCase {
  readonly id: string;
  readonly yaml: string;
  readonly prometheus: string;
  readonly context: readonly string[];
  readonly accepted: boolean;
  readonly loads: boolean | null;
}

interface AlertmanagerConfigCase {
  readonly id: string;
  readonly yaml: string;
  readonly alertmanager: string;
  readonly alertmanagerVersion: string;
  readonly baseConfig: string;
  readonly context: readonly string[];
  readonly accepted: boolean;
  readonly generate_ok?: boolean;
  readonly convert_error?: string;
}

/** The surroundings that the corpus' README describes. */
function templates(): void {
  const cases = readCorpus<{ id: string; text: string; ok: boolean; expanded?: string }>('templates');
  compare('templates: verdict', cases, ({ text, ok }) => (checkTemplate(text, { alert: 'Test' }).errors.length === 0) !== ok);
  compare('templates: expansion', cases, ({ text, ok, expanded }) => {
    if (!ok) return undefined;
    const result = expandTemplate(text, {
      alert: 'Test', labels: { instance: 'a:9090', job: 'node' }, externalLabels: { cluster: 'eu1' }, externalURL: 'http://prometheus.example.com:9090/prom', value: 1234567.891, now: Date.UTC(2024, 0, 1),
      query: (expression) => {
        const [error] = parseExpression(expression, defaultPromqlOptions).errors;
        return error === undefined ? ['a:9090', 'b:9090'].map((instance, index) => ({ labels: { instance, job: 'node' }, value: index === 0 ? 1 : 2.5 })) : { error: `1:${String(error.start + 1)}: parse error: ${error.message}` };
      },
    });
    return ('text' in result ? result.text : undefined) !== expanded;
  });
}

interface RoutingCase {
  readonly id: string;
  readonly alertmanager: string;
  readonly alertmanagerVersion: string;
  readonly baseConfig: string;
  readonly alertmanagerConfigs: readonly string[];
  readonly context: readonly string[];
  readonly ok: boolean;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly routes: readonly Readonly<Record<string, unknown>>[] }[];
}

function routingDiffers(item: RoutingCase): boolean {
  const [server] = objects([item.alertmanager]);
  if (server === undefined) return true;
  const { root } = generateAlertmanagerConfig(stored(server), objects(item.alertmanagerConfigs).map(stored), lookupOf(objects(item.context).map(stored)), item.baseConfig);
  const config = root === undefined ? undefined : judgeGenerated(root, matcherMode(item.alertmanagerVersion)).config;
  if ((config !== undefined) !== item.ok) return true;
  return config !== undefined && item.alerts.some(({ labels, routes }) => !isDeepStrictEqual(
    routeAlert(config, labels).map((to) => [to.receiver, formatDuration(to.groupWait), formatDuration(to.groupInterval), formatDuration(to.repeatInterval), to.groupByAll, to.groupBy, to.muteTimeIntervals, to.activeTimeIntervals]),
    routes.map((to) => [to['receiver'], to['group_wait'], to['group_interval'], to['repeat_interval'], to['group_by_all'], to['group_by'], to['mute_time_intervals'] ?? [], to['active_time_intervals'] ?? []]),
  ));
}

function relabelling(): void {
  interface Case { readonly id: string; readonly config: string; readonly in: Readonly<Record<string, string>>; readonly ok: boolean; readonly error?: string; readonly prometheus_error?: string; readonly dropped?: boolean; readonly out?: unknown }
  const version = parseVersion('3.13.2');
  if (version === undefined) throw new TypeError('no version');
  compare('relabel: verdict and result', readCorpus<Case>('relabel'), ({ config, in: labels, ok, error, prometheus_error: loadError, dropped, out }) => {
    // An object that does not fit the Go type is the schema's to refuse.
    if (error?.startsWith('decode:') === true) return undefined;
    const value: unknown = parse(config, { schema: 'yaml-1.1' });
    if ((checkRelabelConfigs(value, [], version).length === 0) !== ok) return true;
    if (!ok) return false;
    if (checkRelabelLoading(value, []).length > 0 !== (loadError !== undefined)) return true;
    if (loadError !== undefined) return false;
    const result = relabel(readRelabelConfigs(value), labels);
    return result.kept === dropped || (out !== undefined && !isDeepStrictEqual({ ...result.labels }, out));
  });
}

interface SelectionCase {
  readonly id: string;
  readonly yaml: string;
  readonly prometheus: string;
  readonly context: readonly string[];
  readonly operatorOptions: OperatorOptions;
  readonly selected: boolean;
  readonly reason?: string;
  readonly scrapeConfigYaml: string;
}

function selectionDiffers({ yaml, prometheus, context, operatorOptions, selected, reason, scrapeConfigYaml }: SelectionCase): boolean {
  const isGenerationFault = reason?.startsWith('generate:') === true;
  // What the operator rejects or does not select has no part in the configuration: the verdict is the monitor's.
  if (!selected && !isGenerationFault) return !hasError(findings([yaml, prometheus, ...context]));
  const [server, monitor] = objects([prometheus, yaml]);
  if (server === undefined || monitor === undefined) return true;
  const { configs, failure } = generateScrapeConfigs({ prometheus: stored(server), monitors: [stored(monitor)], lookup: lookupOf(objects(context)), operator: operatorOptions });
  if (isGenerationFault || failure !== undefined) return (failure !== undefined) !== isGenerationFault;
  return !isDeepStrictEqual(configs.map((config) => toPlain(config)), parse(scrapeConfigYaml, { version: '1.1' }));
}
