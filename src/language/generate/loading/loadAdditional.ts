import { judgeDiscoveries } from './discoveries.ts';
import { judgeHttpClient } from './httpClient.ts';
import { Judged, type LoadError } from './judge.ts';
import { judgeRelabelStep } from './relabelSteps.ts';
import { judgeDuration, judgeOneOf } from './values.ts';

/** Why Prometheus 3.13 refuses a list of `alerting.alert_relabel_configs`; empty when it loads. */
export function loadRelabelConfigs(steps: unknown): LoadError[] {
  return Judged.judge(steps, [], (list) => { judgeSteps(list, 'empty or null alert relabeling rule'); });
}

/** Why Prometheus 3.13 refuses a list of `alerting.alertmanagers` (config.AlertmanagerConfig's UnmarshalYAML); empty when it loads. */
export function loadAlertmanagers(configs: unknown): LoadError[] {
  return Judged.judge(configs, [], (list) => {
    for (const config of list.items) {
      if (!config.exists) continue;
      judgeDuration(config.at('timeout'));
      if (config.at('api_version').exists) judgeOneOf(config.at('api_version'), ['v2'], (version) => `expected Alertmanager api version to be one of [v2] but got ${version}`);
      judgeHttpClient(config);
      judgeDiscoveries(config);
      judgeSteps(config.at('relabel_configs'), 'empty or null Alertmanager target relabeling rule');
      judgeSteps(config.at('alert_relabel_configs'), 'empty or null Alertmanager alert relabeling rule');
      if (config.at('relabel_configs').items.length > 0) continue;
      for (const group of config.at('static_configs').items) {
        for (const target of group.at('targets').items) target.expect(!target.text.includes('/'), `${JSON.stringify(target.text)} is not a valid hostname`);
      }
    }
  });
}

function judgeSteps(steps: Judged, missing: string): void {
  for (const step of steps.items) if (step.expect(step.exists, missing)) judgeRelabelStep(step, 'utf8');
}
