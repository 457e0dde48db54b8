import type { Cluster } from '../../cluster/cluster.ts';
import type { KubernetesObject } from '../../cluster/resources.ts';
import type { Manifest } from '../../cluster/writes.ts';
import type { Problem } from '../../language/finding.ts';
import { isRecord } from '../../language/json.ts';
import { type CustomResourceDefinition, schemasOfCrd } from '../../language/schemas/crd.ts';
import type { KindSchema } from '../../language/schemas/types.ts';
import { validate } from '../../language/schemas/validate.ts';
import { keyOf, nameOf } from '../manifests.ts';
import type { Plan, PlannedObject } from '../plan.ts';
import type { Check, PreflightFinding } from './finding.ts';

/** How many objects a sentence names. */
const named = 3;

/**
 * What live custom resources, and those of the stack, have that the CRDs to come do not allow any more: the API server drops
 * fields that are gone when such an object is written next, and refuses values that are.
 */
export const goneFields: Check = async (cluster, plan, options) => {
  const changing = plan.objects.filter(({ object: { manifest }, state, before, after }) => manifest.kind === 'CustomResourceDefinition' && state !== 'unchanged' && before !== undefined && after !== undefined);
  return (await Promise.all(changing.map((definition) => findingsOf(cluster, plan, definition, options)))).flat();
};

async function findingsOf(cluster: Cluster, plan: Plan, { before, after }: PlannedObject, options: { readonly signal?: AbortSignal }): Promise<PreflightFinding[]> {
  const [old, next] = [schemas(before), schemas(after)];
  const { group, names: { kind, plural } } = (after as unknown as CustomResourceDefinition).spec;
  const uses = new Map<string, string[]>();
  for (const [version, schema] of next) {
    const apiVersion = `${group}/${version}`;
    const known = old.get(version);
    if (known === undefined) continue;
    const { items } = await cluster.list({ group, version, plural, namespaced: true }, options);
    const written = plan.objects.map(({ object: { manifest } }) => manifest).filter((manifest) => manifest.kind === kind && manifest.apiVersion === apiVersion);
    const own = new Set(written.map(keyOf));
    const live = items.map((item): Manifest => ({ ...item, apiVersion, kind, metadata: item.metadata as KubernetesObject['metadata'] & Manifest['metadata'] })).filter((item) => !own.has(keyOf(item)));
    for (const manifest of [...written, ...live]) {
      const allowed = new Set(validate(manifest, known).map(keyOfProblem));
      for (const problem of validate(manifest, schema).filter((one) => !allowed.has(keyOfProblem(one)))) {
        const what = problem.code === 'schema/unknown-field' ? `.${problem.path.filter((step) => typeof step === 'string').join('.')} is gone` : `.${problem.path.join('.')}: ${problem.message}`;
        uses.set(what, [...uses.get(what) ?? [], nameOf(manifest)]);
      }
    }
  }
  return [...uses].map(([what, objects]) => ({
    severity: 'warning', message: `In the new version of ${kind}, ${what}; ${objects.slice(0, named).join(', ')}${objects.length > named ? ` and ${String(objects.length - named)} more` : ''} ${objects.length === 1 ? 'has' : 'have'} it.`,
    nextStep: 'Change these objects first: what is gone is dropped when they are written next, or keeps them from being written.',
  }));
}

const keyOfProblem = ({ code, path }: Problem): string => `${code} ${path.join('.')}`;

function schemas(definition: KubernetesObject | undefined): ReadonlyMap<string, KindSchema> {
  if (!isRecord(definition?.['spec'])) return new Map();
  const crd = definition as unknown as CustomResourceDefinition;
  const versions = crd.spec.versions.filter((version) => isRecord(version.schema));
  return new Map(versions.flatMap((version) => schemaOf({ ...crd, spec: { ...crd.spec, versions: [version] } }).map((schema) => [version.name, schema])));
}

/** None where a pattern is beyond us: then nothing is said of that version. */
function schemaOf(crd: CustomResourceDefinition): readonly KindSchema[] {
  try {
    return schemasOfCrd(crd);
  } catch {
    return [];
  }
}
