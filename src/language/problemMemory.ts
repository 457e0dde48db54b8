import type { Problem } from './finding.ts';
import type { CheckContext } from './kinds/kindCheck.ts';
import type { KubernetesObject, ObjectLookup } from './kinds/objects.ts';

/** What surrounds an object under check. */
type Surroundings = Omit<CheckContext, 'object'>;

interface Remembered {
  readonly lookup: ObjectLookup;
  /** Everything else that the answer depends on, compared by identity. */
  readonly basis: readonly unknown[];
  /** Each question that the checks asked of the surroundings, with its answer. */
  readonly asked: ReadonlyMap<string | KubernetesObject, Asked>;
  readonly problems: readonly Problem[];
}

interface Asked {
  readonly answer: unknown;
  readonly again: (surroundings: Surroundings) => unknown;
}

/**
 * Remembers what the checks said of an object together with all that they asked of the others. While the object is the
 * same and each question has the same answer, the checks are not run: a keystroke costs the objects that it concerns.
 */
export class ProblemMemory {
  readonly #known = new WeakMap<object, Remembered>();
  /** Objects checked so far, for tests that prove what a keystroke costs. */
  checkedObjects = 0;

  /** `basis`: what decides beside the object and its surroundings, such as its schema. */
  problems(object: object, basis: readonly unknown[], surroundings: Surroundings, check: (surroundings: Surroundings) => readonly Problem[]): readonly Problem[] {
    const known = this.#known.get(object);
    if (known !== undefined && holds(known, basis, surroundings)) return known.problems;
    this.checkedObjects++;
    const asked = new Map<string | KubernetesObject, Asked>();
    const problems = check(listening(surroundings, asked));
    this.#known.set(object, { lookup: surroundings.lookup, basis, asked, problems });
    return problems;
  }
}

function holds({ lookup, basis, asked }: Remembered, now: readonly unknown[], surroundings: Surroundings): boolean {
  return lookup === surroundings.lookup && basis.length === now.length && basis.every((part, index) => part === now[index])
    && [...asked.values()].every(({ answer, again }) => answer === again(surroundings));
}

/** The same surroundings, which note what they are asked. */
function listening({ lookup, target, stored, recorded }: Surroundings, asked: Map<string | KubernetesObject, Asked>): Surroundings {
  const note = <T>(question: string | KubernetesObject, again: (surroundings: Surroundings) => T, answer: T): T => {
    asked.set(question, { answer, again });
    return answer;
  };
  const within = lookup.in?.bind(lookup);
  return {
    target,
    stored: (object) => note(object, (now) => now.stored(object), stored(object)),
    recorded: () => note('recorded', (now) => now.recorded(), recorded()),
    lookup: {
      complete: lookup.complete,
      list: (kind) => note(`list ${kind}`, (now) => now.lookup.list(kind), lookup.list(kind)),
      get: (kind, namespace, name) => note(JSON.stringify([kind, namespace, name]), (now) => now.lookup.get(kind, namespace, name), lookup.get(kind, namespace, name)),
      ...(within === undefined ? {} : { in: (kind, namespace) => note(JSON.stringify([kind, namespace ?? null]), (now) => now.lookup.in?.(kind, namespace) ?? [], within(kind, namespace)) }),
    },
  };
}
