import { writeFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import { formatFile } from '../language/formatting/formatFile.ts';
import { formatPromqlText } from '../language/promqlFile/promqlFile.ts';
import { SourceFile } from '../language/workspace/sourceFile.ts';
import { applyEdits } from '../language/workspace/verifiedEdits.ts';
import { findFiles, readText } from './inputFiles.ts';
import { readOptions } from './usage.ts';

const help = `Usage: kubeprom fmt [--check] [paths…]

Writes the expressions of PrometheusRules as Prometheus prints them, in files, folders and globs; the current folder by
default. Comments stay, and so do the scalars' styles. A file that ends with .promql is one expression. The names of the files
that change are printed.

  --check                         change nothing; fail when a file would change
  --stdin --stdin-filename NAME   format the standard input, as if it had that name, to the standard output

Exit codes: 0 done (--check: nothing to do), 1 --check found something to do, 2 could not run.
`;

/** `kubeprom fmt`: resolves to the exit code. */
export async function fmt(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args, {
    check: { type: 'boolean', default: false },
    stdin: { type: 'boolean', default: false },
    'stdin-filename': { type: 'string', default: 'stdin.yaml' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.stdin) return formatInput(values['stdin-filename'], values.check);
  let changed = 0;
  for (const { path, name } of await findFiles(positionals.length > 0 ? positionals : ['.'], process.cwd())) {
    const text = readText(path);
    if (text === undefined) continue;
    const formatted = formattedText(name, text);
    if (formatted === text) continue;
    changed++;
    process.stdout.write(`${name}\n`);
    if (!values.check) await writeFile(path, formatted);
  }
  return values.check && changed > 0 ? 1 : 0;
}

async function formatInput(name: string, isCheck: boolean): Promise<number> {
  const text = await streamText(process.stdin);
  const formatted = formattedText(name, text);
  if (!isCheck) process.stdout.write(formatted);
  else if (formatted !== text) process.stdout.write(`${name}\n`);
  return isCheck && formatted !== text ? 1 : 0;
}

function formattedText(name: string, text: string): string {
  if (name.endsWith('.promql')) return formatPromqlText(text) ?? text;
  // Other files are read for nothing: an expression stands in a rule only.
  return text.includes('PrometheusRule') ? applyEdits(text, formatFile(new SourceFile(name, text))) : text;
}
