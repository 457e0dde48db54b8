import type { Change, Fix, Path } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { isNear, nearestName } from '../../nearestName.ts';
import type { KubernetesObject } from '../objects.ts';

/** Something that a selector could have been meant for. */
export interface Candidate {
  readonly object: KubernetesObject;
  readonly labels: Readonly<Record<string, unknown>>;
  /** Where the labels stand in the object. */
  readonly labelsPath: Path;
  /** What else speaks for it: the selector picks the pods behind a Service. */
  readonly isHinted?: boolean;
}

/** How a candidate's labels are compared: the requirements that they do not meet. */
export type Unmet = (selector: Source, labels: unknown) => Source[];

/**
 * The candidate that a selector which picks nothing was most likely meant for: values or keys that are nearly right, or the name.
 * Undefined where none has anything of it.
 */
export function likelyMeant(selector: Source, name: string, candidates: readonly Candidate[], unmet: Unmet): Candidate | undefined {
  const scored = candidates.map((candidate) => ({ candidate, score: likeness(selector, name, candidate, unmet) })).filter(({ score }) => score > 0);
  return scored.reduce<(typeof scored)[number] | undefined>((best, one) => (best === undefined || one.score > best.score ? one : best), undefined)?.candidate;
}

function likeness(selector: Source, name: string, { object, labels, isHinted }: Candidate, unmet: Unmet): number {
  const failed = unmet(selector, labels);
  const equalities = failed.filter(isEquality);
  const values = Object.values(labels).filter((value) => typeof value === 'string');
  const isTypo = equalities.length === failed.length && equalities.every((place) => {
    const has = labels[String(place.path.at(-1))];
    return (typeof has === 'string' && isNear(has, place.text)) || values.includes(place.text);
  });
  const all = selector.at('matchLabels').fields;
  const isNamed = object.metadata.name !== '' && (object.metadata.name === name || all.some(([, value]) => value.text === object.metadata.name));
  return (isTypo ? 8 : 0) + (isHinted === true ? 4 : 0) + (isNamed ? 4 : 0) + (isTypo ? all.length - equalities.length : 0);
}

function isEquality(place: Source): boolean {
  return place.path.at(-2) === 'matchLabels';
}

/** The fix that makes a selector pick a candidate; where the candidate has no labels, the one that gives it those of the selector. */
export function selectorFix(selector: Source, { object, labels, labelsPath }: Candidate, unmet: Unmet): Fix | undefined {
  const what = `${object.kind} "${object.metadata.name}"`;
  const changes: Change[] = [];
  let met = selector.at('matchLabels').fields.length + selector.at('matchExpressions').items.length;
  for (const place of unmet(selector, labels).toReversed()) {
    const key = isEquality(place) ? String(place.path.at(-1)) : place.at('key').text;
    const value = labels[key];
    if (isEquality(place) && typeof value === 'string') changes.push({ kind: 'set', path: place.path, value });
    else if (place.at('operator').text === 'In' && typeof value === 'string') changes.push({ kind: 'set', path: [...place.path, 'values', 0], value });
    else {
      const other = isEquality(place) ? renamed(key, place.text, labels, selector) : undefined;
      if (other === undefined) met--;
      changes.push(other === undefined ? { kind: 'remove', path: place.path } : { kind: 'rename', path: place.path, to: other });
    }
  }
  if (met > 0) return { title: `Select the labels of ${what}`, changes };
  const usual = usualLabel(labels);
  if (usual !== undefined) return { title: `Select the labels of ${what}`, changes: [{ kind: 'set', path: selector.path, value: { matchLabels: usual } }] };
  const wanted = Object.fromEntries(selector.at('matchLabels').fields.map(([key, value]) => [key, value.text]));
  if (Object.keys(wanted).length === 0) return undefined;
  return { title: `Give ${what} the labels that are selected`, object, changes: [{ kind: 'set', path: labelsPath, value: wanted }] };
}

/** The key under which a candidate has a selector's value, or the one that is nearly the selector's. */
function renamed(key: string, value: string, labels: Candidate['labels'], selector: Source): string | undefined {
  const free = Object.keys(labels).filter((label) => labels[label] === value && !selector.at('matchLabels', label).exists);
  return free.length === 1 ? free[0] : nearestName(key, free);
}

function usualLabel(labels: Candidate['labels']): Readonly<Record<string, unknown>> | undefined {
  const keys = Object.keys(labels).filter((key) => typeof labels[key] === 'string');
  const key = ['app.kubernetes.io/name', 'app', 'k8s-app'].find((usual) => keys.includes(usual)) ?? keys[0];
  return key === undefined ? undefined : { [key]: labels[key] };
}

/** A selector as kubectl writes it: `app=web,tier in (a,b)`. */
export function selectorText(selector: Source): string {
  const expressions = selector.at('matchExpressions').items.map((item) => {
    const key = item.at('key').text;
    const values = item.at('values').texts.join(',');
    switch (item.at('operator').text) {
      case 'In': return `${key} in (${values})`;
      case 'NotIn': return `${key} notin (${values})`;
      case 'Exists': return key;
      default: return `!${key}`;
    }
  });
  return [...selector.at('matchLabels').fields.map(([key, value]) => `${key}=${value.text}`), ...expressions].join(',');
}
