/** Which test file belongs to which group of `npm test`. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const groupNames = ['unit', 'server', 'browser', 'extension', 'sandbox'] as const;
export type GroupName = (typeof groupNames)[number];

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Folders of test/ whose files are not unit tests. */
const folders: Readonly<Record<string, GroupName>> = { server: 'server', browser: 'browser', ui: 'extension', sandbox: 'sandbox', cluster: 'sandbox', monitoring: 'sandbox', stack: 'sandbox' };

export function groupOf(file: string): GroupName {
  return folders[file.slice(join(root, 'test').length + 1).split('/')[0] ?? ''] ?? 'unit';
}

/** Absolute paths of a group's node:test files, in a fixed order. */
export function filesOf(group: GroupName): string[] {
  return allFiles().filter((file) => groupOf(file) === group);
}

function allFiles(): string[] {
  return globSync('test/**/*.test.ts', { cwd: root }).map((file) => join(root, file)).sort();
}
