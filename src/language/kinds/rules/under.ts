import type { Path, Problem } from '../../finding.ts';

/** A problem below a path. */
export function under(prefix: Path, problem: Problem): Problem {
  const at = (path: Path): Path => [...prefix, ...path];
  return {
    ...problem,
    path: at(problem.path),
    ...(problem.related === undefined ? {} : { related: problem.related.map((related) => ({ ...related, path: at(related.path) })) }),
    ...(problem.fixes === undefined
      ? {}
      : { fixes: problem.fixes.map((fix) => ({ ...fix, changes: fix.changes.map((change) => (change.kind === 'move' ? { ...change, path: at(change.path), to: at(change.to) } : { ...change, path: at(change.path) })) })) }),
  };
}
