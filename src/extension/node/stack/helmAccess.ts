import { workspace } from 'vscode';
import { defaultKubeconfigs } from '../../../cluster/kubeconfigFiles.ts';
import { ChoicesError } from '../../../stack/choicesFile.ts';
import type { HelmAccess } from '../../../stack/helm/program.ts';
import { settings } from '../../names.ts';

/** How helm reaches a context: by the files that Kubeprom reads. @throws ChoicesError in a workspace that nobody trusts: its chart is somebody else's */
export function helmAccess(context: string): HelmAccess {
  if (!workspace.isTrusted) throw new ChoicesError('Helm runs in a trusted workspace only.');
  const added: unknown = workspace.getConfiguration().get(settings.kubeconfigFiles);
  return { context, kubeconfigs: [...defaultKubeconfigs(), ...(Array.isArray(added) ? added.filter((one) => typeof one === 'string') : [])] };
}
