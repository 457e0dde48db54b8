import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubeconfigSide } from '../../src/extension/clusters/kubeconfigSide.ts';

test('a window that is open at a remote place says whose kubeconfig is used', () => {
  assert.equal(kubeconfigSide(undefined, false), undefined);
  assert.equal(kubeconfigSide('ssh-remote', false), 'kubeconfig of the SSH host');
  assert.equal(kubeconfigSide('wsl', false), 'kubeconfig of WSL');
  assert.equal(kubeconfigSide('dev-container', true), 'kubeconfig of this machine');
  assert.equal(kubeconfigSide('constructor', false), 'kubeconfig of the remote host');
});
