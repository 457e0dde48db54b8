import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CollectionState } from '../../src/monitoring/clusterSource.ts';
import { lossIn, unseenOf } from '../../src/monitoring/connectionLoss.ts';

const unavailable = (resource: string, hop: string, reason: string, nextStep?: string): CollectionState => ({ resource, state: 'unavailable', namespaces: undefined, reason, nextStep, hop });
const synced: CollectionState = { resource: 'pods', state: 'synced', namespaces: undefined, reason: undefined };
const tls = { message: '127.0.0.1 is not trusted.', nextStep: 'Set certificate-authority.' };

describe('what cannot be seen of a cluster', () => {
  test('is one line while the connection is lost, of the request that came farthest, whatever servers failed with before', () => {
    const states = [unavailable('pods', 'connect', 'The connection to 127.0.0.1 was lost: socket hang up.'), unavailable('services', 'tls', tls.message, tls.nextStep), unavailable('nodes', 'tls', tls.message, tls.nextStep)];
    const faults = ['targets', 'rules', 'health'].map((topic) => ({ message: `Pod a cannot be reached (${topic}).`, loss: { hop: 'tls', ...tls } }));
    assert.deepEqual(unseenOf(states, [...faults, { message: 'Prometheus a fails with status 503.' }]), [tls]);
  });

  test('is one line when only requests notice the loss, as watches that are open still live', () => {
    const error = new Error('Pod a cannot be reached.', { cause: Object.assign(new Error(tls.message), { hop: 'tls', nextStep: tls.nextStep }) });
    const faults = ['a', 'b'].map((name) => ({ message: `Pod ${name} cannot be reached.`, loss: lossIn(error) }));
    assert.deepEqual(unseenOf([synced], [...faults, { message: 'Prometheus c fails with status 503.' }]), [tls, { message: 'Prometheus c fails with status 503.' }]);
  });

  test('names what is not permitted, not served, and not answered by a server, each once', () => {
    const forbidden = unavailable('prometheusrules.monitoring.coreos.com', 'permission', 'You may not list prometheusrules.monitoring.coreos.com in all namespaces.', 'Ask for the right.');
    const faults = [{ message: 'Pod a cannot be reached.' }, { message: 'Pod a cannot be reached.' }];
    assert.deepEqual(unseenOf([synced, forbidden, unavailable('probes.monitoring.coreos.com', 'not-found', 'This cluster does not serve it.')], faults), [
      { message: 'The cluster does not know probes.monitoring.coreos.com.', nextStep: 'Install the operator\'s CustomResourceDefinitions; they appear here by themselves.' },
      { message: forbidden.reason, nextStep: 'Ask for the right.' }, { message: 'Pod a cannot be reached.' },
    ]);
    assert.equal(lossIn(Object.assign(new Error('No answer within 30 s.'), { hop: 'time-out' })), undefined, 'a slow server is no lost connection');
  });
});
