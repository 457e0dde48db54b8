import type { Journey } from '../../language/chain/alertJourney.ts';
import type { Labels } from '../../model/entities.ts';
import type { LiveServers } from '../clusters/connection.ts';

/** The way of labels through the configuration that an Alertmanager runs with now. Rejects with an error whose message is a whole sentence. */
export async function liveJourney(servers: LiveServers, instance: string, labels: Labels): Promise<Journey> {
  const [{ journeyThrough }, { loadConfigText }, { matcherMode }] = await Promise.all([
    import('../../language/chain/alertJourney.ts'), import('../../language/routing/config/load.ts'), import('../../language/generate/alertmanager/judge.ts'),
  ]);
  const { configuration, version } = await servers.alertmanager(instance).status();
  const { config, faults } = loadConfigText(configuration, matcherMode(version));
  const node = servers.model.get(instance);
  const name = node?.node === 'instance' ? `Alertmanager ${node.namespace === '' ? '' : `${node.namespace}/`}${node.name}` : instance;
  if (config === undefined) return { alertmanager: name, faults: faults.map(({ message }) => `Its configuration cannot be read here: ${message}`), warnings: [], stops: [], inhibitions: [] };
  return { alertmanager: name, faults: [], warnings: [], ...journeyThrough(config, labels) };
}

/** The AlertmanagerConfig that a receiver comes from: the operator names them namespace/name/receiver (pkg/alertmanager/amcfg.go, v0.93.1). */
export function ownerOfReceiver(receiver: string, { model }: LiveServers): string | undefined {
  const [namespace, name, ...rest] = receiver.split('/');
  if (namespace === undefined || name === undefined || rest.length === 0) return undefined;
  return model.objects.get('AlertmanagerConfig', namespace, name) === undefined ? undefined : `AlertmanagerConfig ${namespace}/${name}`;
}
