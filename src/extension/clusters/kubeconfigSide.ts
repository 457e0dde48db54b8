/** Remote places that VS Code's own extensions open, by `env.remoteName`. */
const remotes: Readonly<Record<string, string>> = {
  'ssh-remote': 'the SSH host', 'wsl': 'WSL', 'dev-container': 'the dev container', 'attached-container': 'the container', 'codespaces': 'the codespace', 'tunnel': 'the tunnel\'s host',
};

/**
 * Whose kubeconfig is used, for a window that is open at a remote place; undefined where there is only one machine.
 * @param remoteName `env.remoteName`
 * @param runsHere whether the extension runs on the user's own machine all the same (`remote.extensionKind`)
 */
export function kubeconfigSide(remoteName: string | undefined, runsHere: boolean): string | undefined {
  if (remoteName === undefined) return undefined;
  return runsHere ? 'kubeconfig of this machine' : `kubeconfig of ${Object.hasOwn(remotes, remoteName) ? remotes[remoteName] ?? '' : 'the remote host'}`;
}
