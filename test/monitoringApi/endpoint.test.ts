import { describe, mock, test } from 'node:test';
import assert from 'node:assert/strict';
import { lossIn } from '../../src/monitoring/connectionLoss.ts';
import { Endpoint, type Way, UnreachableError } from '../../src/monitoring/endpoint.ts';
import { answerOf } from './standIn.ts';

/** A way that a test opens and shuts, and that answers after some turns of the loop. */
class Gate implements Way {
  readonly name: Way['name'];
  readonly shared: boolean;
  readonly asked: string[] = [];
  open: boolean;
  readonly #turns: number;

  constructor(name: Way['name'], options: { readonly open?: boolean; readonly shared?: boolean; readonly turns?: number } = {}) {
    this.name = name;
    this.open = options.open ?? true;
    this.shared = options.shared ?? false;
    this.#turns = options.turns ?? 1;
  }

  request = async (path: string) => {
    this.asked.push(path);
    for (let turn = 0; turn < this.#turns; turn++) await new Promise((resolve) => { setImmediate(resolve); });
    if (!this.open) throw new Error(`You may not get ${this.name}.`);
    return answerOf({ body: this.name });
  };
}

const ask = async (endpoint: Endpoint) => (await endpoint.request('/api')).text();
const endpointOf = (...ways: Gate[]) => new Endpoint('Pod a', ways, '/-/healthy');

describe('an endpoint', () => {
  test('keeps the faster way that works, and asks the others no more', async () => {
    const [slow, fast] = [new Gate('pod proxy', { turns: 20 }), new Gate('port-forward')];
    const endpoint = endpointOf(slow, fast);
    assert.equal(endpoint.reach.state, 'untried');
    assert.deepEqual([await ask(endpoint), await ask(endpoint)], ['port-forward', 'port-forward']);
    assert.deepEqual(slow.asked, ['/-/healthy']);
    assert.deepEqual(fast.asked, ['/-/healthy', '/api', '/api']);
    assert.deepEqual([endpoint.reach.state, endpoint.reach.way], ['reached', 'port-forward']);
  });

  test('takes a way that leads to some replica only where none leads to the pod', async () => {
    const [service, pod] = [new Gate('service proxy', { shared: true }), new Gate('pod proxy', { turns: 20 })];
    assert.equal(await ask(endpointOf(service, pod)), 'pod proxy');
    pod.open = false;
    assert.equal(await ask(endpointOf(service, pod)), 'service proxy');
  });

  test('says nothing of a server while it is the connection to the cluster that is lost', async () => {
    const pod = new Gate('pod proxy');
    const endpoint = endpointOf(pod);
    await ask(endpoint);
    const lost = Object.assign(new Error('127.0.0.1 is not trusted.'), { hop: 'tls', nextStep: 'Set certificate-authority.' });
    pod.request = () => Promise.reject(lost);
    const error = await ask(endpoint).then(() => undefined, (reason: unknown) => reason);
    assert.deepEqual(lossIn(error), { hop: 'tls', message: '127.0.0.1 is not trusted.', nextStep: 'Set certificate-authority.' });
    assert.deepEqual([endpoint.reach.state, endpoint.reach.blocked], ['untried', []]);
    pod.request = () => Promise.resolve(answerOf({ body: 'back' }));
    assert.equal(await ask(endpoint), 'back');
    assert.equal(endpoint.reach.state, 'reached');
    pod.request = () => Promise.reject(lost);
    const mixed = endpointOf(pod, new Gate('port-forward', { open: false }));
    const other = await ask(mixed).then(() => undefined, (reason: unknown) => reason);
    assert.equal(lossIn(other), undefined, 'what one way says of the server counts');
    assert.equal(mixed.reach.state, 'unreachable');
  });

  test('waits for no way that never answers', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const signals: (AbortSignal | undefined)[] = [];
      const silent: Way = { name: 'port-forward', request: (_path, options) => { signals.push(options?.signal); return new Promise(() => undefined); } };
      const closed = new Gate('pod proxy', { open: false });
      const endpoint = new Endpoint('Pod a', [silent, closed], '/-/healthy');
      const asked = assert.rejects(ask(endpoint), UnreachableError);
      await new Promise((resolve) => { setImmediate(resolve); });
      mock.timers.tick(10_000);
      await asked;
      assert.equal(signals[0]?.aborted, true);
      assert.match(endpoint.reach.blocked.join(), /Port-forward: No answer within 10 s/);
    } finally {
      mock.timers.reset();
    }
  });

  test('tries all ways again when the kept one fails, and says why', async () => {
    const [pod, forward] = [new Gate('pod proxy'), new Gate('port-forward', { turns: 20 })];
    const endpoint = endpointOf(pod, forward);
    await ask(endpoint);
    pod.open = false;
    assert.equal(await ask(endpoint), 'port-forward');
    assert.deepEqual(endpoint.reach.blocked, ['Pod proxy: You may not get pod proxy.']);
    pod.open = true;
    forward.open = false;
    assert.equal(await ask(endpoint), 'pod proxy');
  });

  test('that no way leads to names every reason, and recovers', async () => {
    const ways = [new Gate('pod proxy', { open: false }), new Gate('service proxy', { open: false, shared: true })];
    const endpoint = endpointOf(...ways);
    await assert.rejects(ask(endpoint), (error) => error instanceof UnreachableError && error.message === 'Pod a cannot be reached. Pod proxy: You may not get pod proxy. Service proxy: You may not get service proxy.');
    assert.equal(endpoint.reach.state, 'unreachable');
    for (const way of ways) way.open = true;
    assert.equal(await ask(endpoint), 'pod proxy');
    assert.deepEqual([endpoint.reach.state, endpoint.reach.blocked], ['reached', []]);
  });

  test('many questions at once make one trial', async () => {
    const pod = new Gate('pod proxy', { turns: 5 });
    const endpoint = endpointOf(pod);
    await Promise.all([ask(endpoint), ask(endpoint), ask(endpoint)]);
    assert.equal(pod.asked.filter((path) => path === '/-/healthy').length, 1);
  });
});
