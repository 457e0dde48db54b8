/** Who brings an object about, and who has set its fields: by labels, annotations, owners and managed fields. */

import { isRecord } from '../language/json.ts';
import { textOf, valueAt } from './liveObject.ts';

/** Whoever makes an object again from something else. */
export interface Owner {
  readonly tool: 'Argo CD' | 'Flux' | 'Helm' | 'controller';
  /** The application, Kustomization, release or owning object. */
  readonly name: string;
  /** What becomes of a change by hand, in one sentence. */
  readonly message: string;
}

/** A field by its keys, from the object's root. */
export type FieldPath = readonly string[];

/** Who owns an object; the first that shows itself counts, as a release is often brought by Argo CD or Flux. */
export function ownerOf(object: unknown): Owner | undefined {
  const label = (name: string): string => textOf(valueAt(object, 'metadata', 'labels', name));
  const annotation = (name: string): string => textOf(valueAt(object, 'metadata', 'annotations', name));
  const writers = managedFields(object).map(({ manager }) => manager);

  // Argo CD tracks by annotation, by its own label, or by the label that Helm uses, too; then its manager tells.
  const argo = annotation('argocd.argoproj.io/tracking-id').split(':')[0] || label('argocd.argoproj.io/instance') || (writers.some((writer) => /^argocd-(?:application-)?controller$/.test(writer)) ? label('app.kubernetes.io/instance') || 'an application' : '');
  if (argo !== '') return owner('Argo CD', argo, `Argo CD makes it of the application ${argo}: it will revert this change, or call the application out of sync.`);
  const kustomization = [label('kustomize.toolkit.fluxcd.io/namespace'), label('kustomize.toolkit.fluxcd.io/name')].filter((part) => part !== '').join('/');
  if (kustomization !== '') return owner('Flux', kustomization, `Flux makes it of the Kustomization ${kustomization}: it will revert this change at its next reconciliation.`);
  const helmRelease = [label('helm.toolkit.fluxcd.io/namespace'), label('helm.toolkit.fluxcd.io/name')].filter((part) => part !== '').join('/');
  if (helmRelease !== '') return owner('Flux', helmRelease, `Flux makes it of the HelmRelease ${helmRelease}: it will revert this change at its next upgrade, or sooner where it corrects drift.`);
  const release = [annotation('meta.helm.sh/release-namespace'), annotation('meta.helm.sh/release-name')].filter((part) => part !== '').join('/');
  if (release !== '') return owner('Helm', release, `Helm made it of the release ${release}: the next upgrade will revert this change. Change the chart's values instead.`);

  const references = valueAt(object, 'metadata', 'ownerReferences');
  const controller = (Array.isArray(references) ? (references as unknown[]) : []).find((one) => valueAt(one, 'controller') === true);
  if (controller !== undefined) {
    const name = `${textOf(valueAt(controller, 'kind'))} ${textOf(valueAt(controller, 'name'))}`;
    return owner('controller', name, `${name} owns it: its controller will revert this change. Change ${name} instead.`);
  }
  const olm = label('olm.owner');
  return olm === '' ? undefined : owner('controller', olm, `The operator's installation ${olm} owns it, and will revert this change.`);
}

function owner(tool: Owner['tool'], name: string, message: string): Owner {
  return { tool, name, message };
}

/** The managers, other than one's own, that have set a field, or something in it. */
export function managersOf(object: unknown, path: FieldPath, own: string): readonly string[] {
  const found = managedFields(object).filter(({ manager, fields }) => manager !== own && reaches(fields, path)).map(({ manager }) => manager);
  return [...new Set(found)].sort();
}

/** What a manager has set by server-side apply, in the form of managedFields (structured-merge-diff's fieldsV1). */
export function appliedFields(object: unknown, manager: string): Readonly<Record<string, unknown>> {
  const entry = managedFields(object).find((one) => one.manager === manager && one.operation === 'Apply' && one.subresource === '');
  return entry?.fields ?? {};
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function managedFields(object: unknown): readonly ManagedFields[] {
  const entries = valueAt(object, 'metadata', 'managedFields');
  return (Array.isArray(entries) ? (entries as unknown[]) : []).filter(isRecord).map((entry) => ({
    manager: textOf(entry['manager']), operation: textOf(entry['operation']), subresource: textOf(entry['subresource']), fields: isRecord(entry['fieldsV1']) ? entry['fieldsV1'] : {},
  }));
}

/** Whether a manager's fields hold a path, something in it, or the whole that it is part of. */
function reaches(fields: Readonly<Record<string, unknown>>, path: FieldPath): boolean {
  let at: unknown = fields;
  for (const [index, key] of path.entries()) {
    if (!isRecord(at)) return false;
    // An empty leaf below the root stands for a whole that was set at once.
    if (index > 0 && Object.keys(at).length === 0) return true;
    at = at[`f:${key}`];
  }
  return isRecord(at);
}
