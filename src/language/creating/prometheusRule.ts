import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { workloadKinds } from './podMonitor.ts';
import { type Creation, freeName } from './creation.ts';
import { homeFor } from './home.ts';
import { picks } from './scraped.ts';

/** What is scraped: the values of the labels that every series of it has. */
interface Job {
  readonly job: string;
  readonly namespace: string;
}

/** A PrometheusRule with an alert for when an object's targets cannot be scraped: for a Service, a workload or a monitor. */
export function prometheusRuleFor(source: SourceObject, workspace: Workspace): Creation[] {
  const { kind, metadata } = source.value;
  const jobs = jobsOf(source.value, workspace);
  const home = homeFor('PrometheusRule', metadata.namespace, workspace);
  const [first] = jobs;
  if (first === undefined || home === undefined) return [];
  const name = freeName('PrometheusRule', home.namespace, metadata.name, workspace);
  return [{
    kind: 'PrometheusRule',
    title: `Create PrometheusRule for this ${kind}`,
    source,
    changes: [],
    objects: [{
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: {
        name,
        ...(home.namespace === undefined ? {} : { namespace: home.namespace }),
        ...(Object.keys(home.labels).length === 0 ? {} : { labels: home.labels }),
      },
      spec: {
        groups: [{
          name,
          rules: jobs.map(({ job, namespace }) => ({
            alert: `${camelCase(jobs.length === 1 ? metadata.name : job.replace(/^.*\//, ''))}Down`,
            expr: `up{job=${JSON.stringify(job)}, namespace=${JSON.stringify(namespace)}} == 0`,
            for: '10m',
            labels: { severity: 'warning' },
            annotations: {
              summary: `A target of ${job} cannot be scraped.`,
              description: '{{ $labels.instance }} of job {{ $labels.job }} in namespace {{ $labels.namespace }} has been down for 10 minutes.',
            },
          })),
        }],
      },
    }],
  }];
}

/** The jobs of an object's targets; of a workload's pods those of PodMonitors, else of the Services before them. */
function jobsOf(object: KubernetesObject, workspace: Workspace): Job[] {
  const namespace = object.metadata.namespace ?? defaultNamespace;
  switch (object.kind) {
    case 'Service':
      return serviceJobs([object], workspace);
    case 'ServiceMonitor': {
      const services = workspace.list('Service').filter((service) => picks(object, service.metadata.namespace, service.metadata.labels));
      return services.map((service) => jobOfService(service, object));
    }
    case 'PodMonitor': {
      const names = Source.of(object).at('spec', 'namespaceSelector', 'matchNames').texts;
      return (names.length === 0 ? [namespace] : names).map((one) => ({ job: `${namespace}/${object.metadata.name}`, namespace: one }));
    }
    default: {
      if (!workloadKinds.has(object.kind)) return [];
      const labels = Source.of(object).at('spec', 'template', 'metadata', 'labels');
      const monitors = workspace.list('PodMonitor').filter((monitor) => picks(monitor, object.metadata.namespace, labels.value));
      if (monitors.length > 0) return monitors.map((monitor) => ({ job: `${monitor.metadata.namespace ?? defaultNamespace}/${monitor.metadata.name}`, namespace }));
      const before = workspace.list('Service').filter((service) => {
        const selector = Source.of(service).at('spec', 'selector').fields;
        return (service.metadata.namespace ?? defaultNamespace) === namespace && selector.length > 0 && selector.every(([key, value]) => labels.at(key).text === value.text);
      });
      return serviceJobs(before, workspace);
    }
  }
}

function serviceJobs(services: readonly KubernetesObject[], workspace: Workspace): Job[] {
  const found = services.flatMap((service) =>
    workspace.list('ServiceMonitor').filter((monitor) => picks(monitor, service.metadata.namespace, service.metadata.labels)).map((monitor) => jobOfService(service, monitor)));
  return [...new Map(found.map((job) => [JSON.stringify(job), job])).values()];
}

/** The Service's name, or the value of the label that the monitor names. */
function jobOfService(service: KubernetesObject, monitor: KubernetesObject): Job {
  const label = Source.of(monitor).at('spec', 'jobLabel').text;
  const value = label === '' ? '' : Source.of(service).at('metadata', 'labels', label).text;
  return { job: value === '' ? service.metadata.name : value, namespace: service.metadata.namespace ?? defaultNamespace };
}

function camelCase(name: string): string {
  return name.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
