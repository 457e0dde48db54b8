import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isArchive, readArchive } from '../../src/stack/archive/archive.ts';
import { ArchiveError } from '../../src/stack/archive/tar.ts';
import { nameOf } from '../../src/stack/manifests.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { tar } from '../sandbox/tar.ts';
import { missingShared, sharedFolder } from '../shared.ts';

const configMap = (name: string) => Buffer.from(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\n`);
const file = (path: string, name: string) => ({ path, mode: 0o644, content: configMap(name) });

/** What a server answers with; `url` is where redirects led. */
const answering = (body: Uint8Array | ReadableStream<Uint8Array>, { url = '', status = 200 } = {}): typeof fetch => () => {
  const response = new Response(body as BodyInit, { status });
  Object.defineProperty(response, 'url', { value: url });
  return Promise.resolve(response);
};
const read = async (entries: Parameters<typeof tar>[0], fragment = '') => (await readArchive(`https://shop.example/a.tar.gz${fragment}`, { request: answering(gzipSync(tar(entries))) })).objects.map(({ manifest }) => nameOf(manifest));
const refuses = (message: RegExp) => (error: unknown) => error instanceof ArchiveError && message.test(error.message);

describe('an archive of a release', () => {
  test('counts by its folder of manifests, by the one that is named, or whole', async () => {
    const entries = [file('release-1/manifests/setup/a.yaml', 'a'), file('release-1/manifests/b.yaml', 'b'), file('release-1/examples/c.yaml', 'c'), { path: 'release-1/README.md', mode: 0o644, content: Buffer.from('no: [yaml') }];
    assert.deepEqual(await read(entries), ['ConfigMap shop/a', 'ConfigMap shop/b']);
    assert.deepEqual(await read(entries, '#examples'), ['ConfigMap shop/c']);
    assert.deepEqual(await read([file('x.yaml', 'x'), file('y/z.yml', 'z')]), ['ConfigMap shop/x', 'ConfigMap shop/z']);
    await assert.rejects(read(entries, '#nothing'), refuses(/has no manifests in nothing/));
  });

  test('that leads out of itself is refused', async () => {
    for (const path of ['../evil.yaml', 'a/../../evil.yaml', '/etc/evil.yaml', 'C:/evil.yaml', 'a\\..\\..\\evil.yaml']) await assert.rejects(read([file(path, 'evil')]), refuses(/outside of itself/), path);
  });

  test('that is too large, cut off, or none is refused', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => { controller.enqueue(new Uint8Array(2 ** 20)); } });
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(endless) }), refuses(/more than 64 MiB/));
    const bomb = gzipSync(Buffer.alloc(257 * 2 ** 20));
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(bomb) }), refuses(/holds more than 256 MiB/));
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(Buffer.from('<html>')) }), refuses(/is no \.tar\.gz archive/));
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(gzipSync(tar([file('a.yaml', 'a')]).subarray(0, 520))) }), refuses(/cut off/));
  });

  test('is only taken over https, to the end of redirects, and from a server that has it', async () => {
    const packed = gzipSync(tar([file('a.yaml', 'a')]));
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(packed, { url: 'http://shop.example/a.tar.gz' }) }), refuses(/which is not https/));
    await assert.rejects(readArchive('https://shop.example/a.tar.gz', { request: answering(packed, { status: 404 }) }), refuses(/answers 404/));
    assert.equal(isArchive('http://shop.example/a.yaml'), false);
  });

  test('as GNU tar packs it, long names and all, is read as the folder is', { skip: missingShared('kube-prometheus/manifests') ?? false }, async (t) => {
    const folder = temporaryFolder('archive');
    t.after(() => { removeFolder(folder); });
    const deep = join('deep', ...Array.from({ length: 12 }, (_, index) => `a-folder-of-a-long-name-${String(index)}`));
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, deep, 'a.yaml'), configMap('deep'));
    for (const format of ['gnu', 'pax', 'ustar']) {
      const path = join(folder, `${format}.tar.gz`);
      assert.equal(spawnSync('tar', [`--format=${format}`, '-czf', path, '-C', join(sharedFolder, 'kube-prometheus'), 'manifests', ...(format === 'ustar' ? [] : ['-C', folder, 'deep'])]).status, 0);
      assert.equal((await readArchive(path)).objects.length, 131, format);
      if (format !== 'ustar') assert.equal((await readArchive(`${path}#deep`)).objects.length, 1, format);
    }
  });
});
