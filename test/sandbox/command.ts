import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Receives each line of standard error as it comes; without it the lines are only kept for the error message. */
  readonly onLine?: (line: string) => void;
}

const keptLines = 20;

/**
 * Runs a program and gives its standard output.
 * @throws Error with the last lines of its standard error when it cannot be started or ends with another code than 0
 */
export async function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.environment }, stdio: 'pipe' });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', (error) => { reject(new Error(`${program} cannot be started: ${error.message}`)); });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${[program, ...args].join(' ').slice(0, 200)} ended with ${signal ?? `code ${String(code)}`}: ${lastLines.join('\n')}`));
    });
  });
  let output = '';
  const lastLines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  createInterface({ input: child.stderr }).on('line', (line) => {
    options.onLine?.(line);
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
  });
  // A program that ends without reading its input is judged by its code alone.
  child.stdin.on('error', () => undefined).end(options.input);
  return ended;
}
