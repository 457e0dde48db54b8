/** The cluster of `npm start`: the sandbox, started in the background where the machine can run it. */

/** A cluster that is on its way. */
export interface StartingCluster {
  /** The path of its kubeconfig, which exists as soon as the cluster does. */
  readonly kubeconfig: string;
  /** Resolves when its stack is installed and its targets are up; rejects, after the failure was reported, when it could not be started. */
  readonly ready: Promise<void>;
}

/** Begins to start it, and says so as it gets on; the editor does not wait for it. Undefined where there can be none. */
export async function startCluster(report: (line: string) => void): Promise<StartingCluster | undefined> {
  const { installedStack, installStack, sandboxUnavailable, up } = await import('../test/sandbox/sandbox.ts');
  const obstacle = sandboxUnavailable();
  if (obstacle !== undefined) {
    report(`No cluster is there. ${obstacle}`);
    return undefined;
  }
  const { defaultPort, foldersOf } = await import('../test/sandbox/folders.ts');
  const { operatorVersions } = await import('../test/sandbox/versions.ts');
  const start = async () => {
    const sandbox = await up(defaultPort, { owner: process.pid });
    if ((await installedStack(defaultPort)).name === 'none') await installStack(sandbox, { name: 'minimal', operator: operatorVersions[0] });
    sandbox.cluster.close();
    report(`The cluster is ready: KUBECONFIG=${sandbox.kubeconfig}`);
  };
  report('The cluster is starting in the background (the first time it is built from source, which takes many minutes).');
  const ready = start();
  ready.catch((error: unknown) => { report(`The cluster could not be started: ${error instanceof Error ? error.message : String(error)}`); });
  return { kubeconfig: foldersOf(defaultPort).kubeconfig, ready };
}
