import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPodMonitor } from '../../../src/language/kinds/podMonitor.ts';
import { asset, codesAndPaths, context, monitor } from './monitors.ts';

const login = asset('Secret', 'login', { token: 't' });

function findings(endpoint: string, prometheus = '{}'): string[] {
  return codesAndPaths(checkPodMonitor(monitor('PodMonitor', `selector: {}\npodMetricsEndpoints: [{ ${endpoint} }]`), context(prometheus, [login])))
    .map((text) => text.replace('spec.podMetricsEndpoints.0', '…'));
}

describe('checkPodMonitor', () => {
  test('judges endpoints as ServiceMonitors\' but for files', () => {
    assert.deepEqual(findings('port: web, authorization: {}'), ['http/credentials-missing ….authorization']);
    assert.deepEqual(findings('port: web, scrapeTimeout: 1m'), ['scrape/timeout-exceeds-interval ….scrapeTimeout']);
    assert.deepEqual(findings('port: web, tlsConfig: { caFile: /ca }'), []);
    assert.deepEqual(findings('port: web, bearerTokenSecret: { name: nobody, key: "" }'), ['monitor/deprecated ….bearerTokenSecret']);
    assert.deepEqual(findings('port: web, bearerTokenSecret: { name: nobody, key: x }'), ['reference/not-found ….bearerTokenSecret.name', 'monitor/deprecated ….bearerTokenSecret']);
  });

  test('knows which of three ports counts', () => {
    assert.deepEqual(findings('port: web, portNumber: 80, targetPort: 81'), ['monitor/port-ignored ….portNumber', 'monitor/port-ignored ….targetPort']);
    assert.deepEqual(findings('portNumber: 80, targetPort: 81'), ['monitor/port-ignored ….targetPort']);
    assert.deepEqual(findings('interval: 10s'), ['monitor/port-missing …']);
    const [problem] = checkPodMonitor(monitor('PodMonitor', 'selector: {}\npodMetricsEndpoints: [{ port: "80" }]'), context());
    assert.deepEqual(problem?.fixes?.[0]?.changes, [
      { kind: 'remove', path: ['spec', 'podMetricsEndpoints', 0, 'port'] },
      { kind: 'set', path: ['spec', 'podMetricsEndpoints', 0, 'portNumber'], value: 80 },
    ]);
  });
});
