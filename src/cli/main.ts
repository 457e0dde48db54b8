import { readFile } from 'node:fs/promises';
import module from 'node:module';
import v8 from 'node:v8';
import type { Command, Environment } from './environment.ts';
import { UsageError } from './usage.ts';

// The compiled commands are kept for the next run (Node 22.8 and newer).
module.enableCompileCache?.();
// Much code runs, none of it for long: V8's last tier costs a fifth of the CPU time, and does not pay where there is a tier before it (V8 13: Node 24).
if (Number.parseInt(process.versions.v8) >= 13) v8.setFlagsFromString('--no-turbofan');

// Here, since the program is this file and its commands are loaded from a folder below it.
const environment: Environment = {
  readSchema: (path) => readFile(new URL(`schemas/${path}`, import.meta.url), 'utf8'),
  readShipped: (path) => readFile(new URL(path, import.meta.url), 'utf8'),
};

const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  check: { summary: 'Check monitoring files as the cluster would.', load: async () => (await import('./check.ts')).check },
  explain: { summary: 'Say what objects will do: who selects them, which jobs they become, where alerts go.', load: async () => (await import('./explain.ts')).explain },
  fmt: { summary: 'Format the expressions of rules as Prometheus prints them.', load: async () => (await import('./fmt.ts')).fmt },
  relabel: { summary: 'Apply relabel configs to a label set, step by step.', load: async () => (await import('./relabel.ts')).relabel },
  route: { summary: 'Tell who gets an alert.', load: async () => (await import('./route.ts')).route },
  stack: { summary: 'Deploy, inspect and remove the monitoring stack.', load: async () => (await import('./stack.ts')).stack },
};

const help = `kubeprom: Prometheus Operator files, checked as the cluster would.

Usage: kubeprom <command> [options]

Commands:
${Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

"kubeprom <command> --help" tells a command's options.
Exit codes: 0 no error, 1 errors found, 2 could not run.
`;

process.exitCode = await run(process.argv.slice(2));

async function run([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`kubeprom: there is no command "${name}".\n\n${help}`);
    return 2;
  }
  try {
    return await (await command.load())(args, environment);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`kubeprom ${name}: ${error.message}\n`);
    return 2;
  }
}
