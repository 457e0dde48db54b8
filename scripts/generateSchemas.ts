/** `npm run schemas`: writes schemas/ anew from the operator's Go types. Needs Go. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateCrds } from './schemas/crds.ts';
import { schemaFiles } from './schemas/files.ts';
import { operatorVersions } from './schemas/sources.ts';

const folder = fileURLToPath(new URL('../schemas/', import.meta.url));

const crdsOf = new Map<string, Awaited<ReturnType<typeof generateCrds>>>();
for (const version of operatorVersions) crdsOf.set(version, await generateCrds(version));
await rm(folder, { recursive: true, force: true });
for (const [path, text] of schemaFiles(crdsOf)) {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`schemas/${path}  ${String(Math.round(text.length / 1024))} KB`);
}
