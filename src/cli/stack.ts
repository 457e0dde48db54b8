import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../cluster/cluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import { loadKubeconfig } from '../cluster/kubeconfig.ts';
import { defaultKubeconfigs } from '../cluster/kubeconfigFiles.ts';
import { applyPlan } from '../stack/apply.ts';
import { choicesFile, components, defaultChoices, profiles, type StackChoices } from '../stack/choices.ts';
import { ChoicesError, readChoices } from '../stack/choicesFile.ts';
import { isHealthy, isStuck, stackHealth } from '../stack/health.ts';
import { findInventories, type Inventory, loadInventory, traceOf } from '../stack/inventory.ts';
import { keyOf, type StackObject } from '../stack/manifests.ts';
import { planStack } from '../stack/plan.ts';
import { preflight } from '../stack/preflight.ts';
import { planRemoval, removeStack } from '../stack/remove.ts';
import type { Progress } from '../stack/reports.ts';
import { loadSource, type StackSource } from '../stack/source.ts';
import { healthText, planText, removalText, reportText } from '../stack/words.ts';
import { manifestFiles } from '../stack/writeManifests.ts';
import type { Environment } from './environment.ts';
import { type Agreed, chartObjects, helmDifferences, helmRelease, planOrApplyHelm, printDifferences, requiredRelease, uninstall } from './stackHelm.ts';
import { readOptions, UsageError } from './usage.ts';

const help = `Usage: kubeprom stack <plan|apply|status|remove|manifests> [options]

  plan       show what applying would do; changes nothing
  apply      show it, ask, and do it; run again, it goes on where it was
  status     how the deployed stack is
  remove     remove what was deployed
  manifests  write the manifests to the folder --to, for those who apply from git

What is deployed is said by ${choicesFile} (in the current folder, or --settings FILE), or by options;
only the file can name a Helm chart, which Helm then applies and owns:
  --from PATH             a file, folder or .tar.gz of manifests instead of the built-in stack, or the https
                          address of a .tar.gz; #FOLDER behind it names the folder in it
  --namespace NAME        ${defaultChoices.namespace} by default
  --profile NAME          ${profiles.join(', ')}
  --components A,B        of ${components.join(', ')}; all by default
  --operator VERSION      of the operator
  --storage-class NAME

  --context NAME          of the kubeconfig; the current one by default
  --kubeconfig FILE
  --yes                   do not ask
  --take-over             (apply) take over fields that others manage
  --wait SECONDS          (apply, status) wait until the stack is healthy, or waiting does not help
  --differences           (status) say what differs from what would be deployed
  --inventory NAME        (status, remove) what was deployed beside the stack: kubeprom-prometheus-NAME
  --definitions           (remove) the CRDs too, and all custom resources of their kinds, whoever made them
  --namespaces            (remove) the namespaces of the stack although others have objects in them
  --volumes               (remove) the volumes with the data

Secrets come from the environment: KUBEPROM_CHANNEL_SECRET, KUBEPROM_GRAFANA_PASSWORD.
Exit codes: 0 done, 1 not complete, refused or not healthy, 2 could not run.
`;

/** `kubeprom stack`: resolves to the exit code. */
export async function stack(args: readonly string[], environment: Environment): Promise<number> {
  const { values, positionals: [action] } = readOptions(args, {
    settings: { type: 'string' }, from: { type: 'string' }, namespace: { type: 'string' }, profile: { type: 'string' }, components: { type: 'string' }, operator: { type: 'string' }, 'storage-class': { type: 'string' },
    context: { type: 'string' }, kubeconfig: { type: 'string' }, to: { type: 'string' }, wait: { type: 'string' }, inventory: { type: 'string' },
    yes: { type: 'boolean', default: false }, 'take-over': { type: 'boolean', default: false }, differences: { type: 'boolean', default: false },
    definitions: { type: 'boolean', default: false }, namespaces: { type: 'boolean', default: false }, volumes: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help || action === undefined) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  const { choices, folder } = await choicesOf(values);
  if (action === 'manifests') {
    if (values.to === undefined) throw new UsageError('manifests needs --to FOLDER.');
    return writeFiles(choices.helm === undefined ? (await sourceOf(choices, folder, environment)).objects : await chartObjects(choices, choices.helm, folder), values.to);
  }
  if (!['plan', 'apply', 'status', 'remove'].includes(action)) throw new UsageError(`There is no "stack ${action}", only plan, apply, status, remove and manifests.`);
  const cluster = await connect(values.kubeconfig, values.context);
  const abort = new AbortController();
  const interrupt = () => { abort.abort(new Error('interrupted')); };
  process.once('SIGINT', interrupt);
  try {
    if (choices.helm !== undefined) {
      const release = helmRelease(choices, choices.helm, folder, values.kubeconfig, cluster);
      const ask: Agreed = async (question) => values.yes || agreed(question);
      if (action === 'remove') return await uninstall(cluster, release, ask, abort.signal);
      if (action === 'status' && values.differences) return await helmDifferences(cluster, release, abort.signal);
      const code = action === 'status' ? 0 : await planOrApplyHelm(cluster, release, action === 'apply' ? ask : undefined, abort.signal);
      return action === 'plan' || code !== 0 || (action === 'apply' && values.wait === undefined) ? code : await waitForHealth(cluster, await requiredRelease(cluster, release, abort.signal), Number(values.wait ?? 0), abort.signal);
    }
    if (action === 'status') return await status(cluster, choices, folder, environment, values, abort.signal);
    if (action === 'remove') return await remove(cluster, choices.namespace, values, abort.signal);
    return await planOrApply(cluster, choices, folder, environment, { ...values, apply: action === 'apply' }, abort.signal);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    process.stderr.write(`kubeprom stack: ${error.message}${error.nextStep === undefined ? '' : ` ${error.nextStep}`}\n`);
    return 2;
  } finally {
    process.removeListener('SIGINT', interrupt);
    cluster.close();
  }
}

interface Given {
  readonly settings?: string | undefined;
  readonly from?: string | undefined;
  readonly namespace?: string | undefined;
  readonly profile?: string | undefined;
  readonly components?: string | undefined;
  readonly operator?: string | undefined;
  readonly 'storage-class'?: string | undefined;
}

async function choicesOf(given: Given): Promise<{ choices: StackChoices; folder: string }> {
  const file = given.settings ?? (existsSync(choicesFile) ? choicesFile : undefined);
  const text = file === undefined ? '' : await readFile(file, 'utf8').catch((error: unknown) => { throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`); });
  let where = file ?? 'options';
  try {
    const written = text === '' ? defaultChoices : readChoices(text);
    where = 'options';
    const checked = readChoices(JSON.stringify({
      ...written,
      ...(given.namespace === undefined ? {} : { namespace: given.namespace }), ...(given.profile === undefined ? {} : { profile: given.profile }),
      ...(given.components === undefined ? {} : { components: given.components.split(',').filter((one) => one !== '') }),
      ...(given.operator === undefined ? {} : { operator: given.operator }), ...(given['storage-class'] === undefined ? {} : { storageClass: given['storage-class'] }),
      ...(given.from === undefined ? {} : { manifests: given.from.startsWith('https:') ? given.from : resolve(given.from) }),
    }));
    return { choices: checked, folder: file === undefined ? process.cwd() : dirname(resolve(file)) };
  } catch (error) {
    if (error instanceof ChoicesError) throw new UsageError(`${where}: ${error.message.replaceAll('\n', `\n${where}: `)}`);
    throw error;
  }
}

async function sourceOf(choices: StackChoices, folder: string, { readShipped }: Environment, cluster?: Cluster): Promise<StackSource> {
  const { KUBEPROM_CHANNEL_SECRET: channel, KUBEPROM_GRAFANA_PASSWORD: grafanaPassword } = process.env;
  const source = await loadSource(choices, folder, readShipped, { ...(channel === undefined ? {} : { channel }), ...(grafanaPassword === undefined ? {} : { grafanaPassword }) }, cluster)
    .catch((error: unknown) => { throw error instanceof ClusterError ? error : new UsageError(error instanceof Error ? error.message : String(error)); });
  if (source.problems.length > 0) throw new UsageError(`Not everything can be applied:\n${source.problems.map(({ file, message }) => `  ${file}: ${message}`).join('\n')}`);
  if (cluster !== undefined && source.missingSecrets.length > 0) throw new UsageError(`The Secret ${source.missingSecrets.join(', ')} is not there yet: put its value into KUBEPROM_CHANNEL_SECRET.`);
  return source;
}

async function connect(kubeconfig: string | undefined, name: string | undefined): Promise<Cluster> {
  const { contexts, currentContext } = await loadKubeconfig(kubeconfig === undefined ? defaultKubeconfigs() : [kubeconfig]);
  const wanted = name ?? currentContext;
  const context = contexts.find((one) => one.name === wanted);
  if (context === undefined) throw new UsageError(wanted === undefined ? 'The kubeconfig names no current context: give --context.' : `There is no context "${wanted}", only ${contexts.map((one) => one.name).join(', ') || 'none'}.`);
  return new Cluster(context, { exec: { allowed: () => true } });
}

async function planOrApply(cluster: Cluster, choices: StackChoices, folder: string, environment: Environment, given: { readonly apply: boolean; readonly yes: boolean; readonly 'take-over': boolean; readonly wait?: string | undefined }, signal: AbortSignal): Promise<number> {
  const source = await sourceOf(choices, folder, environment, cluster);
  const plan = await planStack(cluster, { ...source, signal });
  const findings = await preflight(cluster, plan, signal);
  process.stdout.write(`${planText(plan, findings)}\n`);
  const blocked = plan.objects.some(({ state }) => state === 'refused') || findings.some(({ severity }) => severity === 'error');
  if (!given.apply) return blocked ? 1 : 0;
  if (!given.yes && !await agreed(`Apply this to the context ${cluster.context.name}, namespace ${plan.namespace}?`)) return 1;
  const takeOver = given['take-over'] ? new Set(plan.objects.filter(({ state }) => state === 'conflict').map(({ object }) => keyOf(object.manifest))) : new Set<string>();
  const report = await applyPlan(cluster, plan, { takeOver, signal, onProgress: progress() });
  process.stdout.write(`${reportText(report)}\n`);
  if (!report.complete) return 1;
  return given.wait === undefined ? 0 : waitForHealth(cluster, await required(cluster, plan.namespace, signal), Number(given.wait), signal);
}

async function status(cluster: Cluster, choices: StackChoices, folder: string, environment: Environment, given: { readonly differences: boolean; readonly wait?: string | undefined; readonly inventory?: string | undefined }, signal: AbortSignal): Promise<number> {
  if (given.differences) {
    if (given.inventory !== undefined) throw new UsageError('What differs of one more Prometheus or Alertmanager is shown in the editor, which made it: Show Health of the Monitoring Stack.');
    return printDifferences(await planStack(cluster, { ...await sourceOf(choices, folder, environment, cluster), signal }));
  }
  return waitForHealth(cluster, await required(cluster, choices.namespace, signal, given.inventory), Number(given.wait ?? 0), signal);
}

/** Prints the health, after waiting for it to be good for so many seconds at most. */
async function waitForHealth(cluster: Cluster, inventory: Inventory, seconds: number, signal: AbortSignal): Promise<number> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const health = await stackHealth(cluster, inventory, signal);
    const healthy = isHealthy(health);
    if (healthy || isStuck(health) || performance.now() >= end) {
      process.stdout.write(`${inventory.source}, ${inventory.state} since ${inventory.since}\n${healthText(health)}\n`);
      return healthy ? 0 : 1;
    }
    await delay(2000, undefined, { signal });
  }
}

async function remove(cluster: Cluster, namespace: string, given: { readonly yes: boolean; readonly definitions: boolean; readonly namespaces: boolean; readonly volumes: boolean; readonly inventory?: string | undefined }, signal: AbortSignal): Promise<number> {
  const { inventory } = given;
  const plan = await planRemoval(cluster, await loadInventory(cluster, namespace, signal, inventory) ?? await traceOf(cluster, namespace, signal) ?? await required(cluster, namespace, signal, inventory), signal);
  process.stdout.write(`${removalText(plan)}\n`);
  if (!given.yes && !await agreed(`Remove it from the context ${cluster.context.name}?`)) return 1;
  const report = await removeStack(cluster, plan, { definitions: given.definitions, namespaces: given.namespaces, volumes: given.volumes, signal, onProgress: progress() });
  process.stdout.write(`${reportText(report)}\n`);
  return report.complete ? 0 : 1;
}

async function required(cluster: Cluster, namespace: string, signal: AbortSignal, name?: string): Promise<Inventory> {
  const inventory = await loadInventory(cluster, namespace, signal, name);
  if (inventory !== undefined) return inventory;
  const others = await findInventories(cluster, signal);
  throw new UsageError(`Nothing was deployed into the namespace ${namespace}${others.length === 0 ? '' : `; there is a stack in ${others.map((one) => one.namespace).join(', ')}`}.`);
}

function progress(): (progress: Progress) => void {
  const terminal = process.stderr.isTTY;
  return ({ stage, done, total, object }) => {
    if (terminal) process.stderr.write(`\r\u001b[K${stage} ${String(done)}/${String(total)}: ${object}${done === total ? '\n' : ''}`.slice(0, 200));
  };
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${question} There is nobody to ask: add --yes.`);
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} [yes/no] `)).trim());
  } finally {
    asking.close();
  }
}

async function writeFiles(objects: readonly StackObject[], folder: string): Promise<number> {
  for (const [name, text] of await manifestFiles(objects)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    process.stdout.write(`${path}\n`);
  }
  return 0;
}
