import type { Cluster } from '../../../cluster/cluster.ts';
import type { ModelNode, Target } from '../../../model/entities.ts';
import { parseExposition } from '../../../monitoring/exposition.ts';
import { lintExposition } from '../../../monitoring/expositionLint.ts';
import type { Sources } from './inspectionSources.ts';

/** What a target exposes now, read through the cluster: its metrics with type, help and series, what is unwise about them, and the text itself. */
export async function exposedMetrics(node: ModelNode, { cluster }: Sources): Promise<string> {
  if (node.node !== 'target') throw new Error('Only a target exposes metrics: choose one below a monitor.');
  const { text, contentType, way } = await scrape(cluster, node);
  const exposition = parseExposition(text, contentType);
  const { families, faults, series, format } = exposition;
  const advice = lintExposition(exposition);
  return [
    `# ${node.scrapeUrl}, read ${way}: ${String(families.length)} metrics, ${String(series)} series, ${format === 'openmetrics' ? 'OpenMetrics' : 'text format'}`,
    ...(faults.length === 0 ? [] : ['', '# Faults: Prometheus refuses the whole scrape', ...faults.map(({ line, message }) => `#   line ${String(line)}: ${message}`)]),
    ...(advice.length === 0 ? [] : ['', '# Advice', ...advice.map(({ metric, message }) => `#   ${metric}: ${message}`)]),
    '', '# Metrics: series, name, type, help',
    ...families.map(({ name, type, help, samples }) => `#   ${String(samples.length).padStart(5)}  ${name}  ${type}${help === undefined ? '' : `  ${help}`}`),
    '', text,
  ].join('\n');
}

async function scrape(cluster: Cluster, { labels, scrapeUrl }: Target): Promise<{ text: string; contentType: string; way: string }> {
  const url = new URL(scrapeUrl);
  const path = `${url.pathname}${url.search}`;
  const { namespace, pod, node } = labels;
  if (namespace !== undefined && pod !== undefined) {
    const isTls = url.protocol === 'https:';
    const port = Number(url.port) || (isTls ? 443 : 80);
    const tunnel = cluster.tunnel({ namespace, pod, port, ...(isTls ? { tls: { insecure: true } } : {}) });
    try {
      const answer = await tunnel.request(path);
      return { text: await answer.text(), contentType: answer.headers['content-type'] ?? '', way: `through a port-forward to the pod ${namespace}/${pod}` };
    } finally {
      tunnel.close();
    }
  }
  if (node !== undefined && url.port === '10250') {
    const answer = await cluster.request(`/api/v1/nodes/${encodeURIComponent(node)}/proxy${path}`);
    return { text: await answer.text(), contentType: answer.headers['content-type'] ?? '', way: `from the kubelet of ${node}` };
  }
  throw new Error(`${scrapeUrl} is no pod and no kubelet, so there is no way to it through the API server. Open the target's page in the browser instead.`);
}
