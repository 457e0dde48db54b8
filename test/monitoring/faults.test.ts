/** What the live model of a real cluster makes of faults: it says what it does not know, the rest stays, and all comes back by itself. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Instance } from '../../src/model/entities.ts';
import { unseenOf } from '../../src/monitoring/connectionLoss.ts';
import { ExecPlugins, failingMessage, hangingMessage, missingHint } from '../sandbox/execPlugins.ts';
import { badGateway, Gateway, loginPage } from '../sandbox/gateway.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { accountToken, execAccount, expiredToken } from '../sandbox/users.ts';
import { grant, type Live, type Looking, monitoringOf, seen, seesObjects, watchAll } from './live.ts';

const k8s = 'Prometheus/monitoring/k8s';
const main = 'Alertmanager/monitoring/main';
const apiVersion = 'monitoring.coreos.com/v1';
const watchTimes = { silence: 60_000, firstRetry: 100, lastRetry: 1000, serverTimeout: 300 };
const quick: Looking = { options: { watchTimes } };

describe('faults', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, () => {
  let sandbox: Sandbox;
  let folder: string;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'minimal', port: testPorts.broken });
    folder = await mkdtemp(join(tmpdir(), 'kubeprom-'));
  });
  after(async () => {
    sandbox.cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const instanceOf = ({ monitoring }: Live, key = k8s): Instance | undefined => {
    const node = monitoring.model.get(key);
    return node?.node === 'instance' ? node : undefined;
  };
  const isWhole = (live: Live) => live.monitoring.collections.length > 0 && live.monitoring.collections.every(({ state }) => state === 'synced') && live.monitoring.faults.length === 0 && (instanceOf(live)?.counts.targets?.up ?? 0) > 0;
  /** All of it is known, and true. */
  const whole = (live: Live, seconds = 120) => seen('the whole model', seconds, () => isWhole(live) || undefined).catch((error: unknown) => {
    throw new Error(JSON.stringify([live.monitoring.collections, live.monitoring.faults, instanceOf(live)?.counts]), { cause: error });
  });
  /** How many there are, in whatever state: that goes on changing until the last reading. */
  const monitorsAndTargets = (live: Live) => {
    const { monitors, targets } = instanceOf(live)?.counts ?? {};
    return [monitors, Object.values(targets ?? {}).reduce((sum, count) => sum + count, 0)];
  };
  /** Nothing can be read of the cluster: why. */
  const blind = async (live: Live): Promise<string> => {
    const all = () => live.monitoring.collections;
    await seen('that nothing can be read', 120, () => (all().length > 0 && all().every(({ state }) => state === 'unavailable')) || undefined);
    return [...new Set(all().map(({ reason = '', nextStep = '' }) => `${reason} ${nextStep}`))].join('\n');
  };
  /** What is applied now is seen, so the watches live. */
  async function follows(live: Live): Promise<void> {
    await using namespace = await sandbox.namespace('after');
    await sandbox.cluster.apply({ apiVersion, kind: 'ServiceMonitor', metadata: { name: 'after', namespace: namespace.name }, spec: { selector: {}, endpoints: [{ port: 'web' }] } });
    await seen('what was applied afterwards', 120, () => live.monitoring.model.objects.get('ServiceMonitor', namespace.name, 'after'));
  }
  async function open(as: Looking = quick): Promise<Live> {
    const live = await monitoringOf(sandbox, as);
    watchAll(live.monitoring);
    return live;
  }

  test('the API server restarted, with a compacted history', async () => {
    using live = await open();
    await whole(live);
    const known = live.monitoring.model.monitorsOf(k8s).length;
    await sandbox.faults.compact();
    {
      await using fault = await sandbox.faults.stopApiServer();
      assert.match(await blind(live), /127\.0\.0\.1/);
      assert.equal(live.monitoring.model.monitorsOf(k8s).length, known, 'what was known stays');
      await fault.undo();
    }
    await whole(live);
    assert.equal(live.monitoring.model.monitorsOf(k8s).length, known);
    await follows(live);
  });

  test('the network cut for a minute', async () => {
    using live = await open({ options: { watchTimes: { ...watchTimes, lastRetry: 10_000 } } });
    await whole(live);
    const { counts } = instanceOf(live) ?? {};
    {
      await using fault = await sandbox.faults.cut();
      const since = performance.now();
      assert.match(await blind(live), /127\.0\.0\.1/);
      live.monitoring.refresh();
      await seen('that the server cannot be asked', 120, () => live.monitoring.faults.find(({ instance }) => instance === k8s));
      assert.deepEqual(instanceOf(live)?.counts.monitors, counts?.monitors, 'what was known stays');
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 60_000 - (performance.now() - since))));
      await fault.undo();
    }
    await whole(live);
    await follows(live);
  });

  test('a token whose time is over, until there is a new one in its file', async () => {
    const tokenFile = join(folder, 'token');
    const fresh = await accountToken(sandbox.cluster, execAccount);
    await writeFile(tokenFile, await expiredToken(sandbox.folders));
    using live = await open({ ...quick, context: 'expired', entry: { name: 'expired', tokenFile } });
    assert.match(await blind(live), /does not accept the credentials.*time is over.*Log in again/);
    await writeFile(tokenFile, fresh);
    await seen('the objects', 120, () => (instanceOf(live) !== undefined && live.monitoring.collections.every(({ state }) => state === 'synced')) || undefined);
  });

  for (const [context, words] of [['missing', missingHint], ['failing', failingMessage], ['hanging', hangingMessage]] as const) {
    test(`an exec plugin: ${context}, and then one that works`, async () => {
      await using plugins = await ExecPlugins.create(sandbox);
      const said: string[] = [];
      const exec = { allowed: () => true, say: (message: string) => { said.push(message); } };
      using live = await open({ kubeconfig: plugins.kubeconfig, context, options: { watchTimes, exec: { ...exec, ...(context === 'hanging' ? { timeout: 1500 } : {}) } } });
      assert.ok((await blind(live)).includes(words), await blind(live));
      assert.deepEqual(said, context === 'hanging' ? [hangingMessage] : []);
      // Somebody mends it, and the kubeconfig's context is opened anew.
      using mended = await open({ kubeconfig: plugins.kubeconfig, context: 'counted', options: { watchTimes, exec } });
      await whole(mended);
      assert.equal(await plugins.runs('counted'), 1, 'one run for all requests');
    });
  }

  test('a certificate that is replaced, until the kubeconfig names its authority', async () => {
    await using gateway = await Gateway.open(sandbox);
    using live = await open({ ...quick, kubeconfig: gateway.kubeconfig });
    await whole(live);
    await gateway.replaceCertificate();
    assert.match(await blind(live), /not trusted: its certificate is from an authority that is not known here.*certificate-authority/);
    assert.ok((instanceOf(live)?.counts.targets?.up ?? 0) > 0, 'what was known stays');
    await gateway.writeKubeconfig();
    using renewed = await open({ ...quick, kubeconfig: gateway.kubeconfig });
    await whole(renewed);
  });

  test('a certificate of another authority, until the right one is back: one line, and all comes back by itself', async () => {
    await using gateway = await Gateway.open(sandbox);
    using live = await open({ ...quick, kubeconfig: gateway.kubeconfig });
    live.monitoring.subscribe({ topic: 'alerts' });
    await whole(live);
    const known = monitorsAndTargets(live);
    const putBack = await gateway.replaceCertificate();
    await blind(live);
    // Servers are asked meanwhile, in vain.
    live.monitoring.refresh();
    await seen('that the servers cannot be asked', 60, () => (live.monitoring.faults.some(({ instance, loss }) => instance === k8s && loss?.hop === 'tls') && live.monitoring.faults.some(({ instance, loss }) => instance === main && loss?.hop === 'tls')) || undefined);
    const [line, ...others] = unseenOf(live.monitoring.collections, live.monitoring.faults);
    assert.match(line?.message ?? '', /^127\.0\.0\.1:\d+ is not trusted: its certificate is from an authority that is not known here\.$/);
    assert.match(line?.nextStep ?? '', /certificate-authority/);
    assert.deepEqual(others, []);
    assert.ok(!(instanceOf(live)?.health ?? []).some(({ topic }) => topic === 'reach'), 'nothing is said of the servers');
    assert.deepEqual(monitorsAndTargets(live), known, 'what was known stays');
    putBack();
    await whole(live);
    assert.deepEqual(unseenOf(live.monitoring.collections, live.monitoring.faults), []);
    await follows(live);
  });

  test('a permission that is removed while watching, and given back', async () => {
    const user = 'faults-permission';
    const rules = [...seesObjects, { resources: ['pods/proxy'] }];
    await grant(sandbox, user, rules);
    // An open watch goes on after the right is taken: the next one is refused.
    using live = await open({ user, options: { watchTimes: { ...watchTimes, serverTimeout: 2 } } });
    await whole(live);
    await grant(sandbox, user, rules.map((rule) => ('groups' in rule && rule.groups?.includes('monitoring.coreos.com') === true ? { ...rule, resources: ['prometheuses', 'prometheusagents', 'alertmanagers', 'thanosrulers', 'servicemonitors', 'podmonitors', 'probes', 'scrapeconfigs', 'alertmanagerconfigs'] } : rule)));
    const rulesState = () => live.monitoring.collections.find(({ resource }) => resource.startsWith('prometheusrules'));
    const lost = await seen('the loss', 120, () => (rulesState()?.state === 'unavailable' ? rulesState() : undefined));
    assert.match(lost.reason ?? '', /You may not (?:list|watch) prometheusrules\.monitoring\.coreos\.com/);
    assert.ok(live.monitoring.collections.some(({ resource, state }) => resource.startsWith('servicemonitors') && state === 'synced'), 'the rest stays');
    assert.ok((instanceOf(live)?.counts.targets?.up ?? 0) > 0);
    await grant(sandbox, user, rules);
    await whole(live);
  });

  test('a Prometheus whose pod is replaced in the middle of queries', async () => {
    using live = await open();
    await whole(live);
    const errors: unknown[] = [];
    let answers = 0;
    let isAsking = true;
    const asking = (async () => {
      while (isAsking) {
        try {
          await live.monitoring.queries(k8s).query('up');
          answers++;
        } catch (error) {
          errors.push(error);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    })();
    const before = live.monitoring.model.podsOf(k8s)[0]?.metadata.uid;
    await seen('answers', 120, () => answers > 3 || undefined);
    await sandbox.faults.killPod('monitoring', 'prometheus-k8s-0');
    await seen('the successor', 120, () => live.monitoring.model.podsOf(k8s).find(({ metadata }) => metadata.uid !== before));
    const known = answers;
    await seen('answers again', 180, () => answers > known + 3 || undefined).catch((error: unknown) => {
      throw new Error(JSON.stringify([answers, errors.length, errors.slice(-3).map(String), instanceOf(live)?.replicas]), { cause: error });
    });
    isAsking = false;
    await asking;
    for (const error of errors) assert.match(error instanceof Error ? error.message : String(error), /^[A-Z].*[.:]/, 'each failure is a sentence');
    await whole(live);
  });

  test('an Alertmanager that answers with a web page, then slowly', async () => {
    await using gateway = await Gateway.open(sandbox);
    using live = await open({ ...quick, kubeconfig: gateway.kubeconfig });
    live.monitoring.subscribe({ topic: 'alerts' });
    await whole(live);
    const fault = () => live.monitoring.faults.find(({ instance }) => instance === main);
    // Whatever way is taken: the pods' or the service's proxy, or a port-forward.
    const behind = /alertmanager-\w+(?:-\d)?(?::[\w-]+)?\/(?:proxy|portforward)/;
    const endPage = gateway.interfere(behind, loginPage);
    const message = await seen('the web page', 120, () => {
      live.monitoring.refresh(['alerts', 'health']);
      return fault()?.message;
    });
    assert.match(message, /web page|cannot be reached/);
    assert.ok(!live.monitoring.faults.some(({ instance }) => instance === k8s), 'Prometheus is another matter');
    endPage();
    await seen('its return', 120, () => {
      live.monitoring.refresh(['alerts', 'health']);
      return fault() === undefined || undefined;
    });
    const endSlowness = gateway.interfere(behind, { delay: 4000 });
    const late = live.monitoring.alertmanager(main).alerts([]);
    await live.monitoring.prometheus(k8s).query('1');
    assert.equal(await Promise.race([late, Promise.resolve('not yet')]), 'not yet', 'nobody waits for it');
    assert.ok((await late).length > 0);
    assert.equal(fault(), undefined, 'slow is not gone');
    endSlowness();
    await whole(live);
  });

  test('a proxy in between that answers 502', async () => {
    await using gateway = await Gateway.open(sandbox);
    using live = await open({ ...quick, kubeconfig: gateway.kubeconfig });
    await whole(live);
    const end = gateway.interfere(/./, badGateway);
    gateway.endConnections();
    assert.match(await blind(live), /Something before the API server answered with a web page \(status 502\)/);
    const before = gateway.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.ok(gateway.requests.length - before < 200, `${String(gateway.requests.length - before)} requests in 5 s: no storm`);
    end();
    await whole(live);
    await follows(live);
  });

  test('an Alertmanager whose pod is replaced: what could not be read is read soon after it is ready', async () => {
    using live = await open();
    // As the status bar does, once a minute.
    live.monitoring.subscribe({ topic: 'alerts', every: 60_000 });
    await whole(live);
    const pod = () => live.monitoring.model.podsOf(main).find(({ metadata }) => metadata.name === 'alertmanager-main-0');
    const before = pod()?.metadata.uid;
    await sandbox.faults.killPod('monitoring', 'alertmanager-main-0');
    await seen('that it cannot be asked', 60, () => {
      live.monitoring.refresh(['alerts']);
      return live.monitoring.faults.find(({ instance, topic }) => instance === main && topic === 'alerts');
    });
    await seen('its successor, ready', 120, () => (pod()?.metadata.uid !== before && instanceOf(live, main)?.replicas.every(({ ready }) => ready)) || undefined);
    await seen('that nothing is noted any more', 20, () => (!live.monitoring.faults.some(({ instance }) => instance === main) && !(instanceOf(live, main)?.health ?? []).some(({ topic }) => topic === 'reach')) || undefined).catch((error: unknown) => {
      throw new Error(JSON.stringify([live.monitoring.faults, instanceOf(live, main)?.health]), { cause: error });
    });
  });
});
