/**
 * `npm run soak`: the same thing again and again, broken at random moments; nothing may be left of it.
 * - sandbox: starts one, kills its driver or its node, starts it again; every cycle must end Ready.
 * - cluster: connects to a sandbox's cluster, watches and asks all that the live model is made of, forwards ports, cuts or freezes the network, or just closes.
 * - stack: deploys the built-in stack, cancels that or restarts the API server in the middle, runs it to the end, removes it.
 * Usage: npm run soak [-- --what sandbox|cluster|stack] [-- --cycles 20] [-- --seed NUMBER] [-- --port 17446]
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { loadKubeconfig } from '../src/cluster/kubeconfig.ts';
import { cycles as clusterCycles, runCycle as runClusterCycle } from '../test/cluster/cycle.ts';
import { acquireSandbox, sandboxUnavailable } from '../test/sandbox/sandbox.ts';
import { cycles, runCycle } from '../test/sandbox/soak.ts';
import { cycles as stackCycles, runCycle as runStackCycle, stackTrial } from '../test/stack/cycle.ts';

const { values } = parseArgs({ options: { what: { type: 'string', default: 'sandbox' }, cycles: { type: 'string', default: '20' }, seed: { type: 'string' }, port: { type: 'string', default: '17446' } } });
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const port = Number(values.port);
const count = Number(values.cycles);

const unavailable = sandboxUnavailable();
if (unavailable !== undefined) {
  console.error(unavailable);
  process.exit(1);
}

interface NamedCycle {
  readonly name: string;
  run(): Promise<string[]>;
}

async function chosen(): Promise<NamedCycle[]> {
  if (values.what === 'stack') {
    const { trial, sandbox, objects } = await stackTrial(port);
    return stackCycles(seed, count).map((cycle) => ({ name: `${cycle.fault} at ${String(cycle.step)}`, run: async () => {
      await runStackCycle(trial, sandbox, objects, cycle);
      return [];
    } }));
  }
  if (values.what !== 'cluster') return cycles(seed, count).map((cycle) => ({ name: `kill -9 of the ${cycle.victim} after ${String(cycle.moment)} ms`, run: () => runCycle(port, cycle) }));
  const sandbox = await acquireSandbox({ stack: 'minimal', port });
  const context = (await loadKubeconfig([sandbox.kubeconfig])).contexts.find(({ name }) => name === 'exec');
  if (context === undefined) throw new Error(`There is no context exec in ${sandbox.kubeconfig}`);
  return clusterCycles(seed, count).map((cycle) => ({ name: `${cycle.fault} after ${String(cycle.moment)} ms`, run: () => runClusterCycle(sandbox, context, cycle) }));
}

console.log(`Seed ${String(seed)}: repeat with npm run soak -- --what ${values.what} --seed ${String(seed)}`);
let failures = 0;
for (const [index, { name, run }] of (await chosen()).entries()) {
  const what = `Cycle ${String(index + 1)}, ${name}`;
  try {
    const left = await run();
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
    console.log(`${what}: well, nothing left`);
  } catch (error) {
    failures++;
    console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(failures === 0 ? `All ${values.cycles} cycles ended well, and nothing was left.` : `${String(failures)} of ${values.cycles} cycles failed.`);
process.exitCode = failures === 0 ? 0 : 1;
