import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { imageArchive, imageNames, imageReference } from './images.ts';
import { tar } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeprom-images-'));
after(() => { rmSync(folder, { recursive: true }); });

/** What the system's own tar makes of an archive. */
function listing(archive: Uint8Array, name: string): string[] {
  const path = join(folder, name);
  writeFileSync(path, archive);
  return execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--file', path], { encoding: 'utf8' }).trim().split('\n');
}

describe('tar', () => {
  test('is read by tar with modes, owners and sizes', () => {
    const lines = listing(tar([
      { path: 'tmp', mode: 0o1777 },
      { path: 'data', mode: 0o777, owner: 65534 },
      { path: 'data/program', mode: 0o755, content: Buffer.alloc(513, 'x') },
    ]), 'modes.tar');
    assert.match(lines[0] ?? '', /^drwxrwxrwt 0\/0 .* tmp\/$/);
    assert.match(lines[1] ?? '', /^drwxrwxrwx 65534\/65534 .* data\/$/);
    assert.match(lines[2] ?? '', /^-rwxr-xr-x 0\/0 +513 .* data\/program$/);
  });

  test('keeps the content, whatever its length', () => {
    for (const length of [0, 1, 511, 512, 513, 70_000]) {
      const content = Buffer.alloc(length, 'kubeprom');
      writeFileSync(join(folder, 'content.tar'), tar([{ path: 'file', mode: 0o644, content }, { path: 'next', mode: 0o644, content: Buffer.from('next') }]));
      const read = (name: string) => execFileSync('tar', ['--extract', '--to-stdout', '--file', join(folder, 'content.tar'), name]);
      assert.ok(read('file').equals(content), `${String(length)} bytes`);
      assert.equal(read('next').toString(), 'next');
    }
  });

  test('refuses a name that would be cut off', () => {
    assert.throws(() => tar([{ path: 'x'.repeat(101), mode: 0o644, content: Buffer.alloc(0) }]), RangeError);
  });
});

describe('an image', () => {
  const recipe = { reference: 'example.test/program:v1', program: '/bin/program', workingFolder: '/data', folders: ['data', 'etc/program'] };
  const program = Buffer.from('#!the program');

  test('is an OCI layout whose digests fit their blobs', () => {
    writeFileSync(join(folder, 'image.tar'), imageArchive(recipe, program));
    const read = (name: string) => execFileSync('tar', ['--extract', '--to-stdout', '--file', join(folder, 'image.tar'), name]);
    const json = (name: string) => JSON.parse(read(name).toString()) as Record<string, unknown>;
    const blob = (digest: string) => {
      const content = read(`blobs/${digest.replace(':', '/')}`);
      assert.equal(`sha256:${createHash('sha256').update(content).digest('hex')}`, digest);
      return content;
    };
    assert.deepEqual(json('oci-layout'), { imageLayoutVersion: '1.0.0' });
    const { manifests } = json('index.json') as { manifests: { digest: string; annotations: Record<string, string> }[] };
    assert.equal(manifests[0]?.annotations['io.containerd.image.name'], recipe.reference);
    const manifest = JSON.parse(blob(manifests[0].digest).toString()) as { config: { digest: string }; layers: { digest: string; size: number }[] };
    const configuration = JSON.parse(blob(manifest.config.digest).toString()) as { config: Record<string, unknown>; rootfs: { diff_ids: string[] } };
    assert.deepEqual(configuration.config['Entrypoint'], ['/bin/program']);
    assert.equal(configuration.config['WorkingDir'], '/data');
    const [layer] = manifest.layers;
    assert.deepEqual(configuration.rootfs.diff_ids, [layer?.digest]);
    const content = blob(layer?.digest ?? '');
    assert.equal(content.length, layer?.size);
    const names = listing(content, 'layer.tar').map((line) => line.split(' ').at(-1));
    for (const name of ['tmp/', 'bin/', 'etc/', 'data/', 'etc/program/', 'etc/passwd', 'bin/program']) assert.ok(names.includes(name), name);
    assert.equal(new Set(names).size, names.length, 'no entry twice');
  });

  test('is the same each time', () => {
    assert.ok(imageArchive(recipe, program).equals(imageArchive(recipe, program)));
  });

  test('has the name that the manifests of the sandbox ask for', () => {
    const references = imageNames.map(imageReference);
    for (const file of ['coredns', 'demo', 'monitoring', 'node-exporter', 'second-prometheus']) {
      const asked = readFileSync(join(import.meta.dirname, 'manifests', `${file}.yaml`), 'utf8').matchAll(/image: (\S+)/g);
      for (const [, image] of asked) assert.ok(references.includes(image ?? ''), `${file}.yaml asks for ${String(image)}`);
    }
  });
});
