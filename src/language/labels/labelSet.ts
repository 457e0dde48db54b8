/** The labels that the series of a vector can have, as far as a text tells. */

/** What is known of one label. */
export interface LabelFact {
  /** Every series has it. */
  readonly always: boolean;
  /** The only value that it can have. */
  readonly value?: string;
}

/** A set of labels, `__name__` apart. Where {@link open} is true, any label that is not in {@link lacking} is possible, too. */
export interface LabelSet {
  readonly labels: ReadonlyMap<string, LabelFact>;
  readonly open: boolean;
  /** Labels that no series has; of use only while the set is open. */
  readonly lacking: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();
const possible: LabelFact = { always: false };

/** The labels of a series without any. */
export const noLabels: LabelSet = { labels: new Map(), open: false, lacking: nothing };

/** What is known of labels where nothing is. */
export const anyLabels: LabelSet = { labels: new Map(), open: true, lacking: nothing };

/** A set of exactly these labels, each of which a series may have or not. */
export function possibleLabels(names: Iterable<string>): LabelSet {
  return { labels: new Map([...names].map((name) => [name, possible])), open: false, lacking: nothing };
}

/** Whether a series of the set can have a label. */
export function mayHave(set: LabelSet, name: string): boolean {
  return set.labels.has(name) || (set.open && !set.lacking.has(name));
}

/** What is known of a label; undefined where no series has it. */
export function factOf(set: LabelSet, name: string): LabelFact | undefined {
  return set.labels.get(name) ?? (mayHave(set, name) ? possible : undefined);
}

/** The set with nothing but some labels. */
export function keep(set: LabelSet, names: readonly string[]): LabelSet {
  const labels = new Map<string, LabelFact>();
  for (const name of names) {
    const fact = factOf(set, name);
    if (fact !== undefined) labels.set(name, fact);
  }
  return { labels, open: false, lacking: nothing };
}

/** The set without some labels. */
export function drop(set: LabelSet, names: Iterable<string>): LabelSet {
  const labels = new Map(set.labels);
  const lacking = new Set(set.lacking);
  for (const name of names) {
    labels.delete(name);
    if (set.open) lacking.add(name);
  }
  return { labels, open: set.open, lacking };
}

/** The set with a label more; undefined for `fact` takes it away. */
export function withLabel(set: LabelSet, name: string, fact: LabelFact | undefined): LabelSet {
  return withLabels(set, [{ name }], () => fact);
}

/** The set after changes of its labels, one after the other; a change knows what was known so far, and takes the label away with undefined. */
export function withLabels<Change extends { readonly name: string }>(set: LabelSet, changes: readonly Change[], change: (change: Change, known: LabelFact | undefined) => LabelFact | undefined): LabelSet {
  if (changes.length === 0) return set;
  const labels = new Map(set.labels);
  const lacking = new Set(set.lacking);
  for (const next of changes) {
    const { name } = next;
    const fact = change(next, labels.get(name));
    if (fact === undefined) {
      labels.delete(name);
      if (set.open) lacking.add(name);
    } else {
      labels.set(name, fact);
      lacking.delete(name);
    }
  }
  return { labels, open: set.open, lacking };
}

/** The labels of series that come from one of two vectors. */
export function union(left: LabelSet, right: LabelSet): LabelSet {
  const labels = new Map<string, LabelFact>();
  for (const name of [...left.labels.keys(), ...right.labels.keys()]) {
    const [a, b] = [factOf(left, name), factOf(right, name)];
    labels.set(name, {
      always: a?.always === true && b?.always === true,
      ...(a?.value !== undefined && a.value === b?.value ? { value: a.value } : {}),
    });
  }
  const lacking = [...left.lacking, ...right.lacking].filter((name) => !mayHave(left, name) && !mayHave(right, name));
  return { labels, open: left.open || right.open, lacking: new Set(lacking) };
}

/** The labels of series that are in two vectors alike. */
export function intersection(left: LabelSet, right: LabelSet): LabelSet {
  const labels = new Map<string, LabelFact>();
  for (const name of [...left.labels.keys(), ...right.labels.keys()]) {
    const [a, b] = [factOf(left, name), factOf(right, name)];
    if (a === undefined || b === undefined) continue;
    const value = a.value ?? b.value;
    labels.set(name, { always: a.always || b.always, ...(value === undefined ? {} : { value }) });
  }
  return { labels, open: left.open && right.open, lacking: new Set([...left.lacking, ...right.lacking]) };
}
