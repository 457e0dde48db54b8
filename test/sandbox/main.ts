import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedFolder } from '../shared.ts';
import { ApiError } from './cluster.ts';
import { defaultPort, foldersOf } from './folders.ts';
import { runningNode, startedAt } from './node.ts';
import { attach, down, installedStack, installSecondPrometheus, installStack, reset, type Sandbox, up } from './sandbox.ts';
import type { Stack } from './stacks.ts';
import { contexts } from './users.ts';
import { operatorVersions } from './versions.ts';

const usage = `A real one-node Kubernetes on this machine; docs/sandbox.md says how it works.

  npm run sandbox -- up                                start it, as it was when it was stopped
  npm run sandbox -- install minimal                   operator, Prometheus, Alertmanager, a sample application
  npm run sandbox -- install kube-prometheus DIR       kube-prometheus' manifests, unedited
  npm run sandbox -- install none                      remove all that was installed
  npm run sandbox -- reset [bare]                      go back to the moment after the installation, or to nothing
  npm run sandbox -- status
  npm run sandbox -- logs [NAME]                       what a part of the node says: kubelet, kube-apiserver, …
  npm run sandbox -- shell                             a shell with kubectl and KUBECONFIG
  npm run sandbox -- down                              stop it; what it was is kept

Options: --port ${String(defaultPort)}, --operator ${operatorVersions.join('|')} (for minimal), --second (a second Prometheus, in the namespace "second")`;

const options = { port: { type: 'string' }, operator: { type: 'string' }, second: { type: 'boolean' }, help: { type: 'boolean' } } as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command, ...args] = positionals;
  const port = values.port === undefined ? defaultPort : Number(values.port);
  switch (values.help === true ? undefined : command) {
    case 'up': return describe(await up(port));
    case 'down': return down(port);
    case 'install': {
      await installOn(port, stackOf(args, values.operator), values.second === true);
      return;
    }
    case 'reset': return describe(await reset(port, args[0] === 'bare' ? { name: 'none' } : await installedStack(port)));
    case 'status': return status(port);
    case 'logs': return logs(port, args[0]);
    case 'shell': return shell(await attach(port));
    default:
      console.log(usage);
      process.exitCode = command === undefined || values.help === true ? 0 : 2;
  }
}

async function installOn(port: number, stack: Stack, second: boolean): Promise<void> {
  if (stack.name === 'none') return describe(await reset(port, stack));
  const sandbox = await up(port);
  await installStack(sandbox, stack);
  if (second) await installSecondPrometheus(sandbox);
  describe(sandbox);
}

function stackOf([name, folder]: readonly string[], operator: string | undefined): Stack {
  switch (name) {
    case 'none': return { name };
    case 'minimal': {
      const version = operator === undefined ? operatorVersions[0] : operatorVersions.find((one) => one === operator);
      if (version === undefined) throw new Error(`There is no operator ${String(operator)} here, only ${operatorVersions.join(' and ')}.`);
      return { name, operator: version };
    }
    case 'kube-prometheus': {
      const manifests = folder ?? join(sharedFolder, 'kube-prometheus', 'manifests');
      if (!existsSync(join(manifests, 'setup'))) throw new Error(`${manifests} has no folder setup: give the manifests folder of kube-prometheus.`);
      return { name, folder: manifests };
    }
    default: throw new Error(`There is nothing named ${String(name)} to install: minimal, kube-prometheus DIR or none.`);
  }
}

function describe({ kubeconfig, cluster }: Sandbox): void {
  cluster.close();
  console.log(`export KUBECONFIG=${kubeconfig}\nContexts: ${contexts.join(', ')}`);
}

interface PodList {
  readonly items: readonly { readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } }[];
}

async function status(port: number): Promise<void> {
  const folders = foldersOf(port);
  if (runningNode(folders) === undefined) {
    console.log(existsSync(folders.state) ? `Stopped. Its state is in ${folders.state}` : 'There is none yet: npm run sandbox -- up');
    process.exitCode = 1;
    return;
  }
  const { cluster, kubeconfig } = await attach(port);
  console.log(`Running on port ${String(port)} since ${(await startedAt(folders)).toISOString()}, stack ${(await installedStack(port)).name}`);
  try {
    const { gitVersion } = await cluster.get<{ gitVersion: string }>('/version');
    const { items } = await cluster.get<PodList>('/api/v1/pods');
    const ready = items.filter(({ status: { conditions } }) => conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'));
    console.log(`Kubernetes ${gitVersion}, ${String(ready.length)} of ${String(items.length)} pods Ready`);
  } catch (error) {
    console.log(`The API server does not answer${error instanceof ApiError ? ` as it should: ${error.message}` : ''}`);
    process.exitCode = 1;
  }
  console.log(`KUBECONFIG=${kubeconfig}`);
  cluster.close();
}

async function logs(port: number, name: string | undefined): Promise<void> {
  const folder = foldersOf(port).logs;
  const names = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.log$/, '')) : [];
  if (name === undefined || !names.includes(name)) {
    console.log(`Parts with logs: ${names.join(', ')}`);
    process.exitCode = name === undefined ? 0 : 1;
    return;
  }
  await inherit('tail', ['--lines=+1', join(folder, `${name}.log`)], {});
}

async function shell({ kubeconfig, programs, cluster }: Sandbox): Promise<void> {
  cluster.close();
  await inherit(process.env['SHELL'] ?? '/bin/sh', [], { KUBECONFIG: kubeconfig, PATH: [...programs, process.env['PATH']].join(delimiter) });
}

function inherit(program: string, args: readonly string[], environment: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', reject);
    child.on('close', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
