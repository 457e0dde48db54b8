import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkProbe } from '../../../src/language/kinds/probe.ts';
import { asset, codesAndPaths, context, monitor } from './monitors.ts';

const login = asset('Secret', 'login', { token: 't' });

function findings(spec: string, prometheus = '{}'): string[] {
  return codesAndPaths(checkProbe(monitor('Probe', spec), context(prometheus, [login])));
}

function proberFindings(url: string): string[] {
  return findings(`prober: { url: ${JSON.stringify(url)} }\ntargets: { staticConfig: { static: [a] } }`);
}

describe('checkProbe', () => {
  test('takes addresses for the prober', () => {
    for (const url of ['blackbox', 'blackbox:9115', 'blackbox.shop.svc.', 'under_score:80', '10.0.0.1:9115', '::1', '[::1]:9115', '1.2.3.999']) {
      assert.deepEqual(proberFindings(url), [], url);
    }
  });

  test('refuses everything else', () => {
    for (const url of ['http://blackbox:9115', 'https://blackbox/probe', 'blackbox/probe', 'blackbox:0', 'blackbox:65536', 'blackbox:web', 'black box', '-a', 'a..b', 'fe80::1%eth0']) {
      assert.deepEqual(proberFindings(url), ['probe/prober-url spec.prober.url'], url);
    }
  });

  test('offers to take a URL apart', () => {
    const [problem] = checkProbe(monitor('Probe', 'prober: { url: "HTTPS://blackbox:9115/other" }\ntargets: { staticConfig: {} }'), context());
    assert.deepEqual(problem?.fixes?.[0]?.changes, [
      { kind: 'set', path: ['spec', 'prober', 'url'], value: 'blackbox:9115' },
      { kind: 'set', path: ['spec', 'prober', 'scheme'], value: 'https' },
      { kind: 'set', path: ['spec', 'prober', 'path'], value: '/other' },
    ]);
  });

  test('judges targets and their labels', () => {
    assert.deepEqual(findings('prober: { url: a }\ntargets: {}'), ['probe/targets-missing spec.targets']);
    assert.deepEqual(findings('prober: { url: a }\ntargets: { staticConfig: { labels: { a-b: x } } }', 'version: 2.55.0'), ['scrape/label-name spec.targets.staticConfig.labels.a-b']);
    assert.deepEqual(findings('prober: { url: a }\ntargets: { staticConfig: {}, ingress: { relabelingConfigs: [{ action: replace }] } }'), [
      'relabel/target-label-missing spec.targets.ingress.relabelingConfigs.0.action',
      'probe/ingress-ignored spec.targets.ingress',
    ]);
  });

  test('lets several logins pass, and an authorization without credentials', () => {
    const token = '{ name: login, key: token }';
    assert.deepEqual(findings(`prober: { url: a }\ntargets: { staticConfig: {} }\nauthorization: { type: Basic }\nbasicAuth: { username: ${token}, password: ${token} }`), []);
    assert.deepEqual(findings('prober: { url: a, noProxy: b }\ntargets: { staticConfig: {} }'), ['http/proxy spec.prober.noProxy']);
  });
});
