import { groupOf, type StackObject } from './manifests.ts';
import { stageOf } from './order.ts';

/**
 * The objects as files for a repository: a file an object, CRDs and namespaces in `setup`, which is to be applied first.
 * Secrets are left out: they do not belong into one.
 */
export async function manifestFiles(objects: readonly StackObject[]): Promise<Map<string, string>> {
  const { stringify } = await import('yaml');
  const files = new Map<string, string>();
  for (const { manifest, text } of objects) {
    if (manifest.kind === 'Secret') continue;
    const stage = stageOf(manifest);
    const folder = stage === 'Namespaces' || stage === 'Definitions' ? 'setup/' : '';
    const stem = `${folder}${manifest.metadata.name}-${manifest.kind.charAt(0).toLowerCase()}${manifest.kind.slice(1)}`;
    const path = files.has(`${stem}.yaml`) ? `${stem}.${groupOf(manifest.apiVersion)}-${manifest.metadata.namespace ?? ''}.yaml` : `${stem}.yaml`;
    files.set(path, text ?? stringify(manifest, { lineWidth: 0 }));
  }
  return files;
}
