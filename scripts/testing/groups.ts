/** Which test file belongs to which group of `npm test`. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPorts } from '../../test/sandbox/ports.ts';

export const groupNames = ['unit', 'server', 'browser', 'extension', 'sandbox'] as const;
export type GroupName = (typeof groupNames)[number];

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of test/ whose files are not unit tests. */
const folders: Readonly<Record<string, GroupName>> = { server: 'server', browser: 'browser', ui: 'extension', sandbox: 'sandbox', cluster: 'sandbox', monitoring: 'sandbox', stack: 'sandbox' };

export function groupOf(file: string): GroupName {
  return folders[file.slice(join(root, 'test').length + 1).split('/')[0] ?? ''] ?? 'unit';
}

/** Absolute paths of a group's node:test files, in a fixed order: those that share a sandbox one after the other, as changing it takes a minute. */
export function filesOf(group: GroupName): string[] {
  const files = allFiles().filter((file) => groupOf(file) === group);
  return group === 'sandbox' ? files.map((file) => ({ file, rank: sandboxRank(file) })).sort((a, b) => a.rank - b.rank).map(({ file }) => file) : files;
}

/** The port of the sandbox that a file works in, by its text; undefined for one without. */
export function sandboxPortOf(file: string): number | undefined {
  const text = readFileSync(file, 'utf8');
  const named = Object.entries(testPorts).find(([name]) => text.includes(`testPorts.${name}`));
  return named?.[1] ?? (text.includes('acquireSandbox(') ? testPorts.shared : undefined);
}

/** By the port, and on each the minimal stack first. */
function sandboxRank(file: string): number {
  return (sandboxPortOf(file) ?? 0) + (readFileSync(file, 'utf8').includes("stack: 'kube-prometheus'") ? 0.5 : 0);
}

function allFiles(): string[] {
  return globSync('test/**/*.test.ts', { cwd: root }).map((file) => join(root, file)).sort();
}
