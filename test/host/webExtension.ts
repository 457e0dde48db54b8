import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './workbench.ts';

/**
 * The text of package.json as a web VS Code needs it: without `main`, and without `type`: with "module" the worker host
 * takes dist/web/extension.js for ESM, which it does not load.
 */
export function webManifest(): string {
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as Record<string, unknown>;
  delete manifest.main;
  delete manifest.type;
  return JSON.stringify(manifest, undefined, 2);
}
