import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { command } from './command.ts';

const skip = process.platform === 'linux' ? false : 'the cache of the sandbox locks with flock, which is Linux\'';
const home = mkdtempSync(join(tmpdir(), 'kubeprom-cache-'));
after(() => { rmSync(home, { recursive: true }); });

/** A process of its own with a cache of its own: puts a thing into it, saying in `made` that it made it. */
function script(name: string, body: string): readonly string[] {
  const path = join(home, `${name}.ts`);
  writeFileSync(path, [
    `import { appendFileSync, writeFileSync } from 'node:fs';`,
    `import { cached, withLock } from ${JSON.stringify(join(import.meta.dirname, 'cache.ts'))};`,
    `const made = ${JSON.stringify(join(home, `${name}.made`))};`,
    body,
  ].join('\n'));
  return ['--disable-warning=ExperimentalWarning', path];
}
const environment = { XDG_CACHE_HOME: home };
const made = (name: string) => readFileSync(join(home, `${name}.made`), 'utf8');
const make = (name: string) => `console.log(await cached('${name}', { version: 1 }, async (folder) => { appendFileSync(made, 'made '); writeFileSync(folder + '/file', 'content'); }));`;

describe('the cache', { skip }, () => {
  test('makes a thing once, also when two processes want it at once', async () => {
    const args = script('once', make('once'));
    const folders = await Promise.all([1, 2, 3].map(() => command(process.execPath, args, { environment })));
    assert.equal(new Set(folders).size, 1);
    assert.equal(made('once'), 'made ');
  });

  test('makes it again when a file was changed, lost or cut short', async () => {
    const args = script('checked', make('checked'));
    const folder = (await command(process.execPath, args, { environment })).trim();
    const damages = [
      () => { writeFileSync(join(folder, 'file'), 'kontent'); },
      () => { rmSync(join(folder, 'file')); },
      () => { writeFileSync(join(folder, 'file'), 'cont'); },
      () => { rmSync(join(folder, 'SHA256SUMS')); },
    ];
    for (const [index, damage] of damages.entries()) {
      damage();
      await command(process.execPath, args, { environment });
      assert.equal(made('checked'), 'made '.repeat(index + 2));
      assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'content');
    }
  });

  test('never shows half of a thing: a maker that dies leaves nothing that is taken for whole', async () => {
    const dying = script('dies', `await cached('dies', { version: 1 }, async (folder) => { writeFileSync(folder + '/file', 'half'); process.kill(process.pid, 'SIGKILL'); });`);
    await assert.rejects(command(process.execPath, dying, { environment }), /SIGKILL/);
    const folder = (await command(process.execPath, script('dies', make('dies')), { environment })).trim();
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'content');
    assert.deepEqual(readdirSync(folder).sort(), ['SHA256SUMS', 'file']);
  });

  test('a lock is free again when its holder is killed', async () => {
    const lock = JSON.stringify(join(home, 'lock'));
    const holder = spawn(process.execPath, script('holder', `await withLock(${lock}, 'test', async () => { console.log('held'); await new Promise(() => setInterval(() => undefined, 1000)); });`), { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const next = command(process.execPath, script('next', `await withLock(${lock}, 'test', async () => { console.log('mine'); });`));
    holder.kill('SIGKILL');
    assert.equal((await next).trim(), 'mine');
  });
});
