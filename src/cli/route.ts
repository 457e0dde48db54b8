import type { AlertRouting } from '../language/chain/alertRouting.ts';
import { formatDuration } from '../language/duration.ts';
import { routeAlert } from '../language/routing/route.ts';
import type { Environment } from './environment.ts';
import { readLabels } from './labels.ts';
import { LoadedFiles } from './loadFiles.ts';
import { targetOf, targetOptions } from './targetOptions.ts';
import { readOptions, UsageError } from './usage.ts';

const help = `Usage: kubeprom route --labels JSON [options] FILES…

Tells who gets an alert with these labels: the path through the configuration that the operator will generate.

  --labels JSON                   the alert's labels, such as '{"alertname":"Down","namespace":"shop"}'
  --alertmanager NAMESPACE/NAME   the Alertmanager, where the files hold several
  --complete                      nothing exists but the given files
  --format text|json              json: {"routes":[{"receiver","group_by","group_wait",…}]} in order
  --alertmanager-version VERSION  judge for this Alertmanager
  --operator-version VERSION      judge as this operator

Exit codes: 0 routed, 1 the configuration is not valid, 2 could not run.
`;

/** `kubeprom route`: resolves to the exit code. */
export async function route(args: readonly string[], environment: Environment): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...targetOptions,
    labels: { type: 'string' },
    alertmanager: { type: 'string' },
    complete: { type: 'boolean', default: false },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.format !== 'text' && values.format !== 'json') throw new UsageError('--format takes text or json.');
  if (positionals.length === 0) throw new UsageError('name the files with the Alertmanager, its Secret and the AlertmanagerConfigs.');
  const labels = readLabels(values.labels);
  const target = targetOf(values);
  const loaded = await LoadedFiles.load(positionals, environment, { complete: values.complete, target });
  await loaded.loadSchemas();
  const routing = chosen(loaded.service.alertRoutings(loaded.workspace, target), values.alertmanager);

  const complaints = complaintsOf(routing);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (routing.config === undefined) return 1;
  const reached = routeAlert(routing.config, labels);
  const routes = reached.map((found) => ({
    receiver: found.receiver,
    group_by: found.groupBy,
    group_by_all: found.groupByAll,
    group_wait: formatDuration(found.groupWait),
    group_interval: formatDuration(found.groupInterval),
    repeat_interval: formatDuration(found.repeatInterval),
    ...(found.muteTimeIntervals.length === 0 ? {} : { mute_time_intervals: found.muteTimeIntervals }),
    ...(found.activeTimeIntervals.length === 0 ? {} : { active_time_intervals: found.activeTimeIntervals }),
  }));
  if (values.format === 'json') {
    process.stdout.write(`${JSON.stringify({ routes }, null, 2)}\n`);
  } else {
    for (const [index, found] of routes.entries()) {
      const grouping = found.group_by_all ? 'each alert alone' : `grouped by ${found.group_by.length === 0 ? 'nothing' : found.group_by.join(', ')}`;
      process.stdout.write(`${found.receiver}: ${grouping}, first after ${found.group_wait}, changes every ${found.group_interval}, again after ${found.repeat_interval}\n`);
      for (const reason of reached[index]?.reasons ?? []) process.stdout.write(`  ${reason}\n`);
    }
  }
  return complaints.length === 0 ? 0 : 1;
}

/** @throws UsageError where it is not clear which Alertmanager is meant */
function chosen(routings: readonly AlertRouting[], name: string | undefined): AlertRouting {
  const nameOf = ({ alertmanager: { metadata } }: AlertRouting): string => `${metadata.namespace ?? 'default'}/${metadata.name}`;
  const fitting = name === undefined ? routings : routings.filter((routing) => nameOf(routing) === name);
  const [first, second] = fitting;
  if (first === undefined) throw new UsageError(`there is no Alertmanager "${name ?? ''}" among the files; there are ${routings.map(nameOf).join(', ')}.`);
  if (second !== undefined) throw new UsageError(`the files hold several Alertmanagers; choose one with --alertmanager: ${fitting.map(nameOf).join(', ')}.`);
  return first;
}

/** What keeps objects out of the configuration, or the configuration from being loaded. */
function complaintsOf({ rejected, generated, faults }: AlertRouting): string[] {
  return [
    ...rejected.flatMap(({ object, problems }) => problems.map((problem) => `AlertmanagerConfig ${object.metadata.namespace ?? 'default'}/${object.metadata.name}: ${problem.message}`)),
    ...(generated.failure === undefined ? [] : [`The operator writes no configuration: ${generated.failure.message}`]),
    ...faults.map((fault) => `Alertmanager does not load the configuration: ${fault.path.join('.')}: ${fault.message}`),
  ];
}
