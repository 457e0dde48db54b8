import type { Problem } from '../finding.ts';
import { Generation } from '../generate/generation.ts';
import { loadProblems } from '../generate/loading/loadProblems.ts';
import { defaultOperatorOptions } from '../generate/operatorOptions.ts';
import { generationProblems } from '../generate/prometheusProblems.ts';
import { generateScrapeConfigs } from '../generate/scrapeConfigs.ts';
import type { KindChecks } from './kindCheck.ts';
import { scrapeServers } from './monitors.ts';

/**
 * The verdicts on Prometheus and PrometheusAgent objects: what keeps the operator from generating
 * any scrape job, and what Prometheus cannot load of what is generated from the object itself.
 */
export const servers: readonly KindChecks[] = scrapeServers.map((kind) => ({
  kind,
  judges: [],
  check({ object, lookup }): Problem[] {
    const generated = generateScrapeConfigs({ prometheus: object, monitors: [], lookup, operator: defaultOperatorOptions });
    // A version that is none stops the generation before anything else can be said.
    if (generated.failure?.problem.code === 'prometheus/version') return [generated.failure.problem];
    const problems = generationProblems(new Generation(object, lookup, defaultOperatorOptions, []), defaultOperatorOptions);
    if (problems.length > 0) return problems;
    if (generated.failure !== undefined) return [generated.failure.problem];
    return loadProblems(generated).flatMap((problem) => (problem.object === object || problem.object === undefined ? [problem.problem] : []));
  },
}));
