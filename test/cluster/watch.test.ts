import type { ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { Cluster, type ClusterOptions } from '../../src/cluster/cluster.ts';
import type { KubernetesObject } from '../../src/cluster/resources.ts';
import { SleepWatch } from '../../src/cluster/sleep.ts';
import type { WatchEvent } from '../../src/cluster/scopedWatch.ts';
import { until } from '../sandbox/wait.ts';
import { bookmark, event, failure, json, listOf, StandIn, widget, widgets } from './standIn.ts';

const watchTimes = { silence: 60_000, firstRetry: 10, lastRetry: 60, serverTimeout: 300 };

/** What a listener heard, as words. */
class Heard {
  readonly words: string[] = [];
  readonly listener = (one: WatchEvent<KubernetesObject>): void => {
    if (one.type === 'synced') this.words.push(one.namespaces === undefined ? 'synced' : `synced ${one.namespaces.join(' ')}`);
    else if (one.type === 'unavailable') this.words.push(`unavailable ${one.reason.hop}`);
    else this.words.push(`${one.type} ${one.object.metadata.name}@${one.object.metadata.resourceVersion}`);
  };
  async until(...words: string[]): Promise<void> {
    await until(words.join(', '), 120, () => Promise.resolve(this.words.slice(-words.length).join() === words.join() ? true : undefined), 5)
      .catch((error: unknown) => { throw new Error(`heard: ${this.words.join(', ')}`, { cause: error }); });
  }
}

/** A server whose lists and watches the test answers by hand. */
class Widgets implements AsyncDisposable {
  items: KubernetesObject[] = [];
  version = 10;
  /** The open watch. */
  stream: ServerResponse | undefined;
  server!: StandIn;
  cluster!: Cluster;

  static async start(options: ClusterOptions = {}): Promise<Widgets> {
    const made = new Widgets();
    made.server = await StandIn.start((request, response, url) => { made.answer(request.url ?? '', response, url); });
    made.cluster = new Cluster(made.server.context(), { watchTimes, ...options });
    return made;
  }

  /** May be replaced by a test. */
  answer = (_path: string, response: ServerResponse, { searchParams }: URL): void => {
    if (searchParams.has('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      this.stream = response;
    } else json(response, listOf(this.items, String(this.version)));
  };

  /** The next watch that is opened. */
  async watch(): Promise<ServerResponse> {
    const stream = await until('a watch', 120, () => Promise.resolve(this.stream), 2);
    this.stream = undefined;
    return stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cluster.close();
    await this.server[Symbol.asyncDispose]();
  }
}

describe('a watch', () => {
  test('tells what is there, then what changes', async () => {
    await using api = await Widgets.start();
    api.items = [widget('a', '1'), widget('b', '2')];
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const stream = await api.watch();
    await heard.until('added a@1', 'added b@2', 'synced');
    event(stream, 'ADDED', widget('c', '11'));
    event(stream, 'MODIFIED', widget('a', '12'));
    event(stream, 'DELETED', widget('b', '13'));
    await heard.until('added c@11', 'changed a@12', 'deleted b@2');
    assert.match(api.server.asked.at(-1) ?? '', /watch=true&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=\d+/);
  });

  test('takes an event that comes in pieces, and letters that are cut', async () => {
    await using api = await Widgets.start();
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const stream = await api.watch();
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: widget('ü', '11') })}\n`);
    const cut = line.indexOf(0xbc);
    stream.write(line.subarray(0, cut));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.write(line.subarray(cut));
    await heard.until('added ü@11');
  });

  test('is shared by those who want the same; who comes later hears all that is known', async () => {
    await using api = await Widgets.start();
    api.items = [widget('a', '1')];
    const [first, second] = [new Heard(), new Heard()];
    const one = api.cluster.watch(widgets, first.listener);
    const stream = await api.watch();
    await first.until('synced');
    const two = api.cluster.watch(widgets, second.listener);
    assert.deepEqual(second.words, ['added a@1', 'synced']);
    one.dispose();
    event(stream, 'ADDED', widget('b', '11'));
    await second.until('added b@11');
    assert.ok(!first.words.includes('added b@11'));
    assert.equal(api.server.asked.length, 2, 'one list, one watch');
    two.dispose();
    await until('the end of the connection', 120, () => Promise.resolve(stream.destroyed ? true : undefined), 5);
  });

  test('goes on at the last bookmark when its connection is lost, without a word', async () => {
    await using api = await Widgets.start();
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const first = await api.watch();
    // In one piece: where the event has come, the bookmark has.
    first.cork();
    event(first, 'ADDED', widget('known', '60'));
    bookmark(first, '77');
    first.uncork();
    await heard.until('synced', 'added known@60');
    api.server.drop();
    event(await api.watch(), 'ADDED', widget('a', '78'));
    await heard.until('synced', 'added known@60', 'added a@78');
    assert.match(api.server.asked.at(-1) ?? '', /resourceVersion=77&/);
    assert.equal(api.server.count(/widgets\?limit/), 1);
  });

  for (const how of ['an ERROR event', 'the status 410'] as const) {
    test(`lists anew after ${how}, and tells only what is different`, async () => {
      await using api = await Widgets.start();
      api.items = [widget('same', '1'), widget('gone', '2'), widget('new', '3')];
      const heard = new Heard();
      api.cluster.watch(widgets, heard.listener);
      const stream = await api.watch();
      await heard.until('synced');
      const { answer } = api;
      api.items = [widget('same', '1'), widget('new', '20'), widget('more', '21')];
      api.version = 30;
      if (how === 'an ERROR event') event(stream, 'ERROR', { kind: 'Status', code: 410, message: 'too old resource version' });
      else {
        let refused = false;
        api.answer = (path, response, url) => {
          if (refused || !url.searchParams.has('watch')) { answer(path, response, url); return; }
          refused = true;
          failure(response, 410, 'Expired', 'too old resource version: 10 (20)');
        };
        stream.destroy();
      }
      await api.watch();
      assert.deepEqual(heard.words.slice(-3), ['changed new@20', 'added more@21', 'deleted gone@2']);
      assert.match(api.server.asked.at(-1) ?? '', /resourceVersion=30/);
    });
  }

  test('takes a silent connection for a dead one', async () => {
    await using api = await Widgets.start({ watchTimes: { ...watchTimes, silence: 1000 } });
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const silent = await api.watch();
    event(await api.watch(), 'ADDED', widget('a', '11'));
    await heard.until('added a@11');
    assert.ok(silent.destroyed);
  });

  test('begins anew at once when the machine is awake again', async () => {
    await using api = await Widgets.start({ watchTimes: { ...watchTimes, firstRetry: 100_000, lastRetry: 100_000 } });
    const heard = new Heard();
    const { answer } = api;
    api.answer = (_path, response) => { failure(response, 503, 'ServiceUnavailable', 'starting'); };
    api.cluster.watch(widgets, heard.listener);
    await heard.until('unavailable server');
    api.answer = answer;
    api.cluster.wake();
    await api.watch();
    await heard.until('unavailable server', 'synced');
    api.cluster.wake();
    await api.watch();
    assert.deepEqual(heard.words, ['unavailable server', 'synced'], 'a connection that was made anew is nothing to tell');
  });

  test('says once what is wrong, keeps what it knows, and is back by itself', async () => {
    await using api = await Widgets.start();
    api.items = [widget('a', '1')];
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const stream = await api.watch();
    await heard.until('synced');
    const { answer } = api;
    api.answer = (_path, response) => { response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>'); };
    stream.destroy();
    await heard.until('unavailable proxy');
    await new Promise((resolve) => setTimeout(resolve, 200));
    api.answer = answer;
    await api.watch();
    await heard.until('added a@1', 'synced', 'unavailable proxy', 'synced');
  });

  test('never storms: what ends or fails at once is asked for less and less often', async () => {
    for (const way of ['ends', 'fails', 'is refused', 'expires'] as const) {
      await using api = await Widgets.start({ watchTimes: { ...watchTimes, firstRetry: 50, lastRetry: 100_000 } });
      const { answer } = api;
      api.answer = (path, response, url) => {
        if (!url.searchParams.has('watch')) answer(path, response, url);
        else if (way === 'ends') response.writeHead(200).end();
        else if (way === 'fails') response.destroy();
        else if (way === 'expires') failure(response, 410, 'Expired', 'too old');
        else failure(response, 403, 'Forbidden', 'no');
      };
      api.cluster.watch(widgets, () => undefined, { namespace: 'shop' });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const asked = api.server.count(/watch=true/);
      assert.ok(asked >= 1 && asked <= 10, `${way}: ${String(asked)} watches`);
    }
  });

  test('goes on when a listener fails', async () => {
    await using api = await Widgets.start();
    const heard = new Heard();
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    api.cluster.watch(widgets, () => { throw new Error('a fault of the listener'); });
    api.cluster.watch(widgets, heard.listener);
    event(await api.watch(), 'ADDED', widget('a', '11'));
    await heard.until('added a@11');
    assert.equal((await warned).message, 'a fault of the listener');
  });

  test('hears of an object that is not JSON without ending', async () => {
    await using api = await Widgets.start();
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    (await api.watch()).write('{"type":\n');
    event(await api.watch(), 'ADDED', widget('a', '11'));
    await heard.until('added a@11');
    assert.ok(heard.words.includes('unavailable protocol'));
  });
});

describe('a watch of a cluster that may be seen in part', () => {
  /** Lists are allowed in these namespaces only. */
  function restricted(api: Widgets, may: string[]): void {
    const { answer } = api;
    api.answer = (path, response, url) => {
      const namespace = /namespaces\/([^/?]+)\/widgets/.exec(path)?.[1];
      if (path.includes('selfsubjectrulesreviews')) {
        void readText(response.req).then((body) => {
          const { spec } = JSON.parse(body) as { spec: { namespace: string } };
          json(response, { status: { resourceRules: may.includes(spec.namespace) ? [{ verbs: ['list'], apiGroups: ['test.example'], resources: ['widgets'] }] : [] } }, 201);
        });
      } else if (path.includes('selfsubjectaccessreviews')) json(response, { status: { allowed: may.includes('*') } }, 201);
      else if (!may.includes('*') && (namespace === undefined || !may.includes(namespace))) failure(response, 403, 'Forbidden', `widgets is forbidden in ${namespace ?? 'all'}`);
      else if (url.searchParams.has('watch')) answer(path, response, url);
      else json(response, listOf(api.items.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace), String(api.version)));
    };
  }

  test('is one of the namespaces that may be seen', async () => {
    await using api = await Widgets.start({ namespaces: () => ['shop', 'closed', 'bank'] });
    api.items = [widget('a', '1', 'shop'), widget('b', '2', 'bank'), widget('c', '3', 'closed')];
    restricted(api, ['shop', 'bank']);
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    await heard.until('synced shop bank');
    assert.deepEqual(heard.words.filter((word) => word.startsWith('added')).sort(), ['added a@1', 'added b@2']);
    assert.ok(!heard.words.some((word) => word.startsWith('unavailable')));
  });

  test('says that the right is missing where no namespace may be seen', async () => {
    await using api = await Widgets.start({ namespaces: () => ['shop'] });
    restricted(api, []);
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    await heard.until('unavailable permission');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(heard.words, ['unavailable permission']);
  });

  test('follows when the right is taken, and when it is given', async () => {
    await using api = await Widgets.start({ namespaces: () => ['shop'] });
    api.items = [widget('a', '1', 'shop'), widget('b', '2', 'bank')];
    const may = ['*'];
    restricted(api, may);
    const heard = new Heard();
    api.cluster.watch(widgets, heard.listener);
    const stream = await api.watch();
    await heard.until('added a@1', 'added b@2', 'synced');
    may[0] = 'shop';
    stream.destroy();
    await heard.until('deleted b@2', 'synced shop');
    may[0] = '*';
    api.cluster.wake();
    await heard.until('added b@2', 'synced');
  });
});

test('sleep is a clock that jumped, and no busy machine', () => {
  let now = 0;
  let woken = 0;
  const sleep = new SleepWatch(() => { woken++; }, () => now);
  sleep.start();
  for (const milliseconds of [5_000, 9_000, 20_000]) {
    now += milliseconds;
    sleep.look();
  }
  assert.equal(woken, 0);
  now += 600_000;
  sleep.look();
  sleep.look();
  assert.equal(woken, 1);
  sleep.stop();
});
