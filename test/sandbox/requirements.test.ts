import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { testPorts } from './ports.ts';
import { isOlder, sandboxUnavailable } from './requirements.ts';

const main = join(import.meta.dirname, 'main.ts');
const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** `npm run sandbox -- up` where something is missing. */
function upWith(options: { readonly uid?: number; readonly env?: Record<string, string> }): { status: number | null; error: string } {
  const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'up', '--port', String(testPorts.refused)], { encoding: 'utf8', ...options });
  return { status, error: stderr.trim() };
}

describe('where the machine cannot', () => {
  test('a sentence names what is missing and the way out: root', { skip: isLinuxRoot ? false : 'only root can become somebody else' }, () => {
    const { status, error } = upWith({ uid: 65534, env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' } });
    assert.equal(status, 1);
    assert.match(error, /^The sandbox needs root, .*npm start -- --context NAME/);
    assert.equal(error.split('\n').length, 1);
  });

  test('a sentence names what is missing and the way out: Go', { skip: isLinuxRoot ? false : 'the sandbox asks for Linux and root first' }, () => {
    const { status, error } = upWith({ env: { PATH: '/nonexistent' } });
    assert.equal(status, 1);
    assert.match(error, /^The sandbox builds Kubernetes from source and needs Go 1\.26\.0 or newer.*npm start -- --context NAME/);
  });

  if (process.platform !== 'linux') {
    test('a sentence names what is missing and the way out: Linux', () => {
      assert.match(sandboxUnavailable() ?? '', /^The sandbox is a Linux node, and this is .*npm start -- --context NAME/);
    });
  }
});

test('versions are compared by their numbers', () => {
  assert.equal(isOlder('1.9.9', '1.26.0'), true);
  assert.equal(isOlder('1.26.0', '1.26.0'), false);
  assert.equal(isOlder('1.26.10', '1.26.9'), false);
});
