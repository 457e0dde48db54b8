/**
 * `npm run soak`: starts a sandbox, kills its driver or its node at a random moment, starts it again, and so on.
 * Every cycle must end Ready and leave nothing. Usage: npm run soak [-- --cycles 20] [-- --seed NUMBER] [-- --port 17446]
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { sandboxUnavailable } from '../test/sandbox/sandbox.ts';
import { cycles, runCycle } from '../test/sandbox/soak.ts';

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '20' }, seed: { type: 'string' }, port: { type: 'string', default: '17446' } } });
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const port = Number(values.port);

const unavailable = sandboxUnavailable();
if (unavailable !== undefined) {
  console.error(unavailable);
  process.exit(1);
}
console.log(`Seed ${String(seed)}: repeat with npm run soak -- --seed ${String(seed)}`);
let failures = 0;
for (const [index, cycle] of cycles(seed, Number(values.cycles)).entries()) {
  const what = `Cycle ${String(index + 1)}, kill -9 of the ${cycle.victim} after ${String(cycle.moment)} ms`;
  try {
    const left = await runCycle(port, cycle);
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
    console.log(`${what}: Ready, nothing left`);
  } catch (error) {
    failures++;
    console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(failures === 0 ? `All ${values.cycles} cycles ended Ready, and nothing was left.` : `${String(failures)} of ${values.cycles} cycles failed.`);
process.exitCode = failures === 0 ? 0 : 1;
