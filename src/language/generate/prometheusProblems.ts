import { missingKey, referencesIn } from './assets.ts';
import { GenerationError, type Generation } from './generation.ts';
import type { OperatorOptions } from './operatorOptions.ts';
import type { Source } from './source.ts';

/** What the operator reads for the Prometheus itself; of a scrape class only the certificates (v0.93.1). */
export function loadPrometheusAssets(generation: Generation): void {
  const { spec, namespace, assets } = generation;
  for (const field of ['remoteRead', 'remoteWrite', 'apiserverConfig']) assets.load(spec.at(field), namespace);
  assets.load(spec.at('alerting', 'alertmanagers'), namespace);
  for (const scrapeClass of spec.at('scrapeClasses').items) assets.load(scrapeClass.at('tlsConfig'), namespace);
}

/** Throws what in the Prometheus keeps the operator from generating scrape jobs. */
export function checkPrometheus(generation: Generation, operator: OperatorOptions): void {
  if (generation.isDaemonSet && operator.featureGates['PrometheusAgentDaemonSet'] !== true) {
    throw new GenerationError(generation.spec.at('mode'), 'prometheus/daemonset-gate', "feature gate for Prometheus Agent's DaemonSet mode is not enabled: start the operator with --feature-gates=PrometheusAgentDaemonSet=true, or use mode StatefulSet.");
  }
  checkScrapeClasses(generation);
  checkReferences(generation, generation.spec.at('apiserverConfig'));
}

function checkScrapeClasses(generation: Generation): void {
  const classes = generation.spec.at('scrapeClasses').items;
  const second = classes.filter((item) => item.at('default').isTrue)[1];
  if (second !== undefined) throw new GenerationError(second.at('default'), 'prometheus/scrape-class', 'multiple default scrape classes defined: the operator generates no configuration for this Prometheus. Leave `default: true` on one class.');
  for (const item of classes) checkReferences(generation, item.at('tlsConfig'));
}

/** Throws for the first Secret or ConfigMap at or below a place that does not exist or lacks the key. */
function checkReferences(generation: Generation, source: Source): void {
  for (const { kind, selector } of referencesIn(source)) {
    const missing = missingKey(generation.lookup, kind, selector, generation.namespace);
    if (missing !== undefined) throw new GenerationError(selector, 'prometheus/reference-missing', `${missing}: the operator generates no configuration for this Prometheus, for any monitor.`);
  }
}
