import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

let path: Promise<string | undefined> | undefined;

/**
 * PATH as the user's login shell sets it, asked for once: an editor that was started from a menu does not have what
 * .profile or .zprofile add. Undefined on Windows, and when the shell does not answer within five seconds.
 */
function loginShellPath(): Promise<string | undefined> {
  return (path ??= ask());
}

function ask(): Promise<string | undefined> {
  const shell = process.env['SHELL'];
  if (process.platform === 'win32' || shell === undefined || shell === '') return Promise.resolve(undefined);
  const mark = 'kubeprom-path';
  return new Promise((resolve) => {
    // Marks, because profiles print greetings.
    const child = execFile(shell, ['-l', '-i', '-c', `echo "${mark}:$PATH:${mark}"`], { timeout: 5000, killSignal: 'SIGKILL', encoding: 'utf8' }, (_error, output) => {
      resolve(new RegExp(`${mark}:(.*):${mark}`).exec(output)?.[1]);
    });
    child.stdin?.end();
  });
}

/** PATH; with what the login shell adds, when the program is not found without it. */
export async function pathFor(command: string): Promise<string> {
  const own = process.env['PATH'] ?? '';
  if (isAbsolute(command) || isIn(own, command)) return own;
  const login = await loginShellPath();
  return login === undefined ? own : [own, login].join(delimiter);
}

/** Whether one of the folders of a PATH holds a program. */
export function isIn(path: string, command: string): boolean {
  const names = process.platform === 'win32' ? [command, `${command}.exe`, `${command}.cmd`] : [command];
  return path.split(delimiter).some((folder) => folder !== '' && names.some((name) => existsSync(join(folder, name))));
}
