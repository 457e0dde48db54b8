import { homedir } from 'node:os';
import { join } from 'node:path';

/** The port of the sandbox that `npm run sandbox` means when it is not told. */
export const defaultPort = 16443;

const stateFolder = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'kubeprom', 'sandbox');

/** Where a sandbox keeps what it is: one folder a port, outside every clone. */
export interface Folders {
  readonly port: number;
  readonly state: string;
  readonly certificates: string;
  readonly configuration: string;
  readonly logs: string;
  /** "PID STARTTIME" of the process below which the node lives; absent when it was never started or was cleared. */
  readonly record: string;
  /** The archives of the images that the cluster has, a path a line. */
  readonly images: string;
  /** The name of what is installed. */
  readonly stack: string;
  readonly kubeconfig: string;
  /** Held while a process changes the sandbox. */
  readonly lock: string;
  /** The name of its control groups. */
  readonly controlGroup: string;
}

export function foldersOf(port: number): Folders {
  if (!Number.isInteger(port) || port < 1024 || port > 65535) throw new RangeError(`${String(port)} is no port between 1024 and 65535`);
  const state = join(stateFolder, String(port));
  if (/^\/(run|var\/lib|var\/log)\//.test(state)) {
    throw new Error(`The sandbox would keep its state in ${state}, a folder that its node replaces by its own. Set XDG_STATE_HOME to another.`);
  }
  return {
    port, state,
    certificates: join(state, 'certificates'), configuration: join(state, 'configuration'), logs: join(state, 'logs'),
    record: join(state, 'record'), images: join(state, 'images'), stack: join(state, 'stack'), kubeconfig: join(state, 'kubeconfig'),
    lock: join(stateFolder, `${String(port)}.lock`),
    controlGroup: `kubeprom-${String(port)}`,
  };
}

/** The folder that holds the folders of all sandboxes. */
export const allStates = stateFolder;
