import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { isRecord } from '../../json.ts';
import { labelKeyFault, labelValueFault } from '../../schemas/objectMeta.ts';
import { rejected } from './monitorScope.ts';

/** Something about a selector that Kubernetes does not take, with its place. */
interface SelectorFault {
  readonly place: Source;
  readonly fault: string;
  readonly on?: 'key';
}

const operators = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

/** A selector of pods or services that Kubernetes does not take (metav1.LabelSelectorAsSelector). */
export function checkLabelSelector(selector: Source): Problem[] {
  return selectorFaults(selector).map(({ place, fault, on }) => rejected(place, 'selector/invalid', fault, 'Write it as Kubernetes takes it.', on === undefined ? {} : { on }));
}

/** What is wrong with a label selector; nothing for one that is absent or empty. */
export function selectorFaults(selector: Source): SelectorFault[] {
  return [
    ...selector.at('matchLabels').fields.flatMap(([key, value]): SelectorFault[] => [
      ...fault(value, keyFault(key), 'key'),
      ...fault(value, valueFault(value.text)),
    ]),
    ...selector.at('matchExpressions').items.flatMap(expressionFaults),
  ];
}

function expressionFaults(expression: Source): SelectorFault[] {
  const [key, operator, values] = [expression.at('key'), expression.at('operator'), expression.at('values')];
  const count = values.items.length;
  const needsValues = operator.text === 'In' || operator.text === 'NotIn';
  if (!operators.has(operator.text)) return [{ place: operator, fault: `"${operator.text}" is not a valid label selector operator: In, NotIn, Exists or DoesNotExist.` }];
  return [
    ...fault(key, keyFault(key.text)),
    ...fault(values, needsValues && count === 0 ? `For the operators In and NotIn the values can't be empty.` : undefined),
    ...fault(values, !needsValues && count > 0 ? 'Values must be empty for Exists and DoesNotExist.' : undefined),
    ...values.items.flatMap((value) => fault(value, valueFault(value.text))),
  ];
}

function keyFault(key: string): string | undefined {
  const reason = labelKeyFault(key);
  return reason === undefined ? undefined : `The label key "${key}" ${reason}.`;
}

function valueFault(value: string): string | undefined {
  const reason = labelValueFault(value);
  return reason === undefined ? undefined : `The label value "${value}" ${reason}.`;
}

function fault(place: Source, text: string | undefined, on?: 'key'): SelectorFault[] {
  return text === undefined ? [] : [{ place, fault: text, ...(on === undefined ? {} : { on }) }];
}

/** The parts of a selector that labels do not meet: entries of matchLabels and items of matchExpressions. */
export function unmetRequirements(selector: Source, labels: unknown): Source[] {
  const valueOf = (key: string): unknown => isRecord(labels) && Object.hasOwn(labels, key) ? labels[key] : undefined;
  return [
    ...selector.at('matchLabels').fields.filter(([key, value]) => valueOf(key) !== value.text).map(([, value]) => value),
    ...selector.at('matchExpressions').items.filter((expression) => {
      const value = valueOf(expression.at('key').text);
      const isListed = typeof value === 'string' && expression.at('values').texts.includes(value);
      switch (expression.at('operator').text) {
        case 'In': return !isListed;
        case 'NotIn': return isListed;
        case 'Exists': return value === undefined;
        default: return value !== undefined;
      }
    }),
  ];
}
