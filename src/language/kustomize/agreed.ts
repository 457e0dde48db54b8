import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

/** Problems that every form of an object has, in the words of the first: what only some builds make of it is not said. */
export function agreed(forms: readonly (readonly Problem[])[]): readonly Problem[] {
  const [first = [], ...others] = forms;
  if (others.length === 0) return first;
  const keys = others.map((problems) => new Set(problems.map(keyOf)));
  return first.filter((problem) => keys.every((known) => known.has(keyOf(problem))));
}

function keyOf({ code, path }: Problem): string {
  return JSON.stringify([code, path]);
}

/** Whether a problem of a form is one of what stands in the file: what a patch writes is judged where the patch stands. */
export function isWritten({ path }: Problem, form: KubernetesObject, source: KubernetesObject): boolean {
  return form === source || path[0] !== 'spec' || Source.of(source).at(...path).exists || !Source.of(form).at(...path).exists;
}
