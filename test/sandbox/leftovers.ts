import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { controlGroupFolders } from './node.ts';
import type { Folders } from './folders.ts';

/** What is there of a sandbox on this machine outside its state folder: empty after a `down`. */
export async function leftovers(folders: Folders): Promise<string[]> {
  return [...processes(folders), ...mounts(folders), ...(await controlGroupFolders(folders.controlGroup)).map((path) => `control group ${path}`), ...listeners(folders)];
}

/** Every process of a node has the port in its environment; a container's has not, but its shim and its control group tell. */
function processes({ port }: Folders): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    const environment = read(`/proc/${pid}/environ`).split('\0');
    return environment.includes(`KUBEPROM_SANDBOX=${String(port)}`) ? [`process ${pid} ${read(`/proc/${pid}/comm`).trim()}`] : [];
  });
}

function mounts({ state }: Folders): string[] {
  return read('/proc/mounts').split('\n').filter((line) => line.includes(`${state}/`)).map((line) => `mount ${line}`);
}

function listeners({ port }: Folders): string[] {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = /^\s*\d+: ([0-9A-F]+:[0-9A-F]{4}) \S+ 0A /;
  return ['/proc/net/tcp', '/proc/net/tcp6'].filter((path) => existsSync(path)).flatMap((path) =>
    read(path).split('\n').map((line) => listening.exec(line)?.[1]).filter((address) => address?.endsWith(`:${hexadecimal}`)).map((address) => `listener ${String(address)}`),
  );
}

/** Empty when the file went away: processes do. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
