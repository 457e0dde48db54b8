/** The variables of a dashboard, resolved: what each offers, and what is chosen. */

import type { Dashboard, Variable, VariableOption } from '../model/dashboard.ts';
import { areMatchers } from './adhoc.ts';
import { chosenValues, fixedOptions, optionsFrom, valueOf, variableQuestion, type VariableQuestion } from './choices.ts';
import { interpolate, type Scope, type VariableValue } from './interpolate.ts';

/** A variable with what it offers and what is chosen. */
export interface VariableState {
  readonly variable: Variable;
  readonly options: readonly VariableOption[];
  readonly chosen: readonly string[];
  readonly error: string | undefined;
}

/** What resolving needs from outside. */
export interface Resolving {
  readonly dashboard: Dashboard;
  readonly servers: readonly { readonly key: string; readonly name: string }[];
  readonly server: string | null;
  /** What readers chose, by name. */
  readonly wanted: Readonly<Record<string, readonly string[]>>;
  readonly ask: (question: VariableQuestion) => Promise<readonly string[]>;
}

/** The variables one after the other, for later ones may depend on earlier ones. A question that fails leaves its variable empty and says why. */
export async function resolveVariables({ dashboard, servers, server, wanted, ask }: Resolving): Promise<readonly VariableState[]> {
  const states: VariableState[] = [];
  for (const variable of dashboard.variables) {
    const scope = scopeOf(states, dashboard);
    let error: string | undefined;
    let options: readonly VariableOption[] = [];
    if (variable.type === 'datasource') {
      options = servers.map(({ key, name }) => ({ text: name, value: key }));
    } else if (variable.type === 'query') {
      const question = variableQuestion(interpolate(variable.query, scope, 'promql'));
      try {
        options = question === undefined ? [] : optionsFrom(await ask(question), variable);
      } catch (failure) {
        if (failure instanceof Error && failure.name === 'AbortError') throw failure;
        error = failure instanceof Error ? failure.message : String(failure);
      }
    } else {
      options = fixedOptions(variable);
    }
    if (variable.type === 'adhoc' && !areMatchers(wantedOf(variable, wanted)?.[0] ?? variable.query)) error = 'These are no matchers: write for example job="node", pod!~"test-.*".';
    const chosen = variable.type === 'datasource' ? (server === null ? [] : [server]) : chosenValues(variable, options, wantedOf(variable, wanted));
    states.push({ variable, options, chosen, error });
  }
  return states;
}

function wantedOf({ name }: Variable, wanted: Resolving['wanted']): readonly string[] | undefined {
  return Object.hasOwn(wanted, name) ? wanted[name] : undefined;
}

/** What the ad hoc filters add to every selector. */
export function matchersIn(states: readonly VariableState[]): string {
  return states.flatMap(({ variable, chosen: [text = ''] }) => (variable.type === 'adhoc' && text.trim() !== '' && areMatchers(text) ? [text] : [])).join(', ');
}

/** What texts may refer to: the variables, and Grafana's own words for the dashboard. */
export function scopeOf(states: readonly VariableState[], { title, uid }: Dashboard): Scope {
  const scope = new Map<string, VariableValue>(states.map(({ variable, options, chosen }) => [variable.name, valueOf(variable, options, chosen)]));
  const plain = (value: string): VariableValue => ({ value, text: value, isPattern: false });
  return scope.set('__dashboard', { ...plain(title), value: uid }).set('timezone', plain('browser'));
}
