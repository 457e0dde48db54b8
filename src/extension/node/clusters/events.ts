import type { Cluster } from '../../../cluster/cluster.ts';
import type { Resource } from '../../../cluster/resources.ts';
import { keyPartsOf, type LiveObject, textOf, valueAt } from '../../../model/liveObject.ts';

const events: Resource = { group: '', version: 'v1', plural: 'events', namespaced: true };

/** The events of an object, the newest last, a line each. The API server keeps them for an hour, unless it is set otherwise. */
export async function eventsOf(object: LiveObject, cluster: Cluster): Promise<string> {
  const { namespace, name } = keyPartsOf(object);
  const { items } = await cluster.list(events, { namespace, fieldSelector: `involvedObject.kind=${object.kind},involvedObject.name=${name}` });
  const lines = items.map((event) => {
    const at = textOf(valueAt(event, 'lastTimestamp')) || textOf(valueAt(event, 'eventTime')) || textOf(valueAt(event, 'metadata', 'creationTimestamp'));
    const count = valueAt(event, 'count');
    return { at, line: `- ${at} ${textOf(valueAt(event, 'type'))} ${textOf(valueAt(event, 'reason'))}${typeof count === 'number' && count > 1 ? ` (${String(count)} times)` : ''}: ${textOf(valueAt(event, 'message'))}` };
  });
  const title = `# Events of ${object.kind} ${namespace}/${name}`;
  if (lines.length === 0) return `${title}: none. The API server forgets them after an hour.\n`;
  return [title, ...lines.sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ line }) => line), ''].join('\n');
}
