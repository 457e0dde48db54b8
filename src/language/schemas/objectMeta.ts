import type { Path, Problem } from '../finding.ts';
import type { Schema } from './types.ts';
import { isObject } from './types.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const instant: Schema = { type: 'string', format: 'date-time' };
const name: Schema = { type: 'string', minLength: 1 };

/**
 * `metadata` of an object, which no CRD spells out: the fields of meta/v1 ObjectMeta (apimachinery v0.36).
 * What a schema cannot say is in {@link checkObjectMeta}.
 */
export const objectMetaSchema: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'The name of the object, unique among those of its kind in the namespace. It cannot be changed.' },
    generateName: { type: 'string', description: 'A prefix of the name that the API server makes up when name is not given.' },
    namespace: { type: 'string', description: 'The namespace of the object; without it, that of the request.' },
    labels: { type: 'object', description: 'Keys and values by which selectors find the object.', additionalProperties: text },
    annotations: { type: 'object', description: 'Keys and values that tools keep with the object; nothing selects by them.', additionalProperties: text },
    finalizers: { type: 'array', items: text, description: 'What must be done before the object may go: it is deleted when the list is empty.' },
    ownerReferences: {
      type: 'array',
      description: 'The objects that this one goes with: when all of them are deleted, so is this.',
      items: {
        type: 'object',
        properties: { apiVersion: { type: 'string', pattern: '^([^/]*/)?[^/]+$' }, kind: name, name, uid: name, controller: flag, blockOwnerDeletion: flag },
        required: ['apiVersion', 'kind', 'name', 'uid'],
        additionalProperties: false,
      },
    },
    creationTimestamp: instant,
    deletionTimestamp: instant,
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    generation: { type: 'integer', format: 'int64', minimum: 0 },
    resourceVersion: text,
    selfLink: text,
    uid: text,
    managedFields: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          apiVersion: text,
          fieldsType: { type: 'string', enum: ['', 'FieldsV1'] },
          fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          manager: { type: 'string', maxLength: 128 },
          operation: { type: 'string', enum: ['Apply', 'Update'] },
          subresource: { type: 'string', maxLength: 256 },
          time: instant,
        },
        required: ['operation'],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

/** The most that keys and values of annotations may take together, in bytes of UTF-8. */
const annotationsLimit = 256 * 1024;

const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Why a text is no DNS-1123 label (a namespace's name, for example); undefined when it is one. */
export function dnsLabelFault(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 characters';
  return dnsLabel.test(value) ? undefined : "must consist of lower case letters, digits and '-', and start and end with a letter or digit";
}

/** Why a text is no DNS-1123 subdomain (an object's name, for example); undefined when it is one. */
export function dnsSubdomainFault(value: string): string | undefined {
  if (value.length > 253) return 'must be no more than 253 characters';
  return dnsSubdomain.test(value) ? undefined : "must consist of lower case letters, digits, '-' and '.', and start and end with a letter or digit";
}

/** Why a text is no label key (`[prefix/]name`); undefined when it is one. */
export function labelKeyFault(key: string): string | undefined {
  const parts = key.split('/');
  if (parts.length > 2) return "must be a name, or a DNS subdomain, '/' and a name";
  const [prefix, last] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [undefined, key];
  if (prefix !== undefined && (prefix.length > 253 || !dnsSubdomain.test(prefix))) return "must have a DNS subdomain (lower case letters, digits, '-' and '.') before the '/'";
  if (last.length > 63) return 'must be no more than 63 characters';
  return qualifiedName.test(last) ? undefined : "must consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit";
}

/** Why a text is no label value; undefined when it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 characters';
  return value === '' || qualifiedName.test(value) ? undefined : "must be empty or consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit";
}

/**
 * What the API server checks of `metadata` beyond types (ValidateObjectMeta of apimachinery v0.36 with
 * NameIsDNSSubdomain): names, label keys and values, annotations. A missing namespace is that of the request.
 * @param path where `metadata` is; paths of the result begin with it
 */
export function checkObjectMeta(metadata: unknown, path: Path): Problem[] {
  if (!isObject(metadata)) return [];
  const problems: Problem[] = [];
  const report = (at: Path, message: string, on: 'key' | 'value' = 'value'): void => {
    problems.push({ code: 'schema/metadata', severity: 'error', message, path: [...path, ...at], on });
  };
  const fault = (at: Path, what: string, value: unknown, rule: (value: string) => string | undefined): void => {
    const reason = typeof value === 'string' && value !== '' ? rule(value) : undefined;
    if (reason !== undefined) report(at, `${what} "${String(value)}" ${reason}.`);
  };
  if (isAbsent(metadata['name']) && isAbsent(metadata['generateName'])) {
    problems.push({ code: 'schema/required', severity: 'error', message: 'metadata.name or metadata.generateName is required: the object has no name.', path: [...path, 'name'] });
  }
  fault(['name'], 'The name', metadata['name'], dnsSubdomainFault);
  fault(['generateName'], 'The prefix', metadata['generateName'], (prefix) => dnsSubdomainFault(maskTrailingDash(prefix)));
  fault(['namespace'], 'The namespace', metadata['namespace'], dnsLabelFault);
  for (const [key, value] of Object.entries(isObject(metadata['labels']) ? metadata['labels'] : {})) {
    const keyFault = labelKeyFault(key);
    if (keyFault !== undefined) report(['labels', key], `The label key "${key}" ${keyFault}.`, 'key');
    else fault(['labels', key], `The value of label "${key}",`, value, labelValueFault);
  }
  let size = 0;
  for (const [key, value] of Object.entries(isObject(metadata['annotations']) ? metadata['annotations'] : {})) {
    const keyFault = labelKeyFault(key.toLowerCase());
    if (keyFault !== undefined) report(['annotations', key], `The annotation key "${key}" ${keyFault}.`, 'key');
    size += utf8Length(key) + (typeof value === 'string' ? utf8Length(value) : 0);
  }
  if (size > annotationsLimit) report(['annotations'], `The annotations take ${String(size)} bytes; the API server allows ${String(annotationsLimit)} for all keys and values together.`, 'key');
  const finalizers = Array.isArray(metadata['finalizers']) ? (metadata['finalizers'] as unknown[]) : [];
  for (const [index, finalizer] of finalizers.entries()) {
    const reason = typeof finalizer === 'string' ? labelKeyFault(finalizer) : undefined;
    if (reason !== undefined) report(['finalizers', index], `The finalizer "${String(finalizer)}" ${reason}.`);
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) report(['finalizers'], 'The finalizers "orphan" and "foregroundDeletion" exclude each other.', 'key');
  const owners = Array.isArray(metadata['ownerReferences']) ? (metadata['ownerReferences'] as unknown[]) : [];
  if (owners.filter((owner) => isObject(owner) && owner['controller'] === true).length > 1) report(['ownerReferences'], 'Only one owner may have controller: true.', 'key');
  return problems;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** A generated name goes on after the prefix, so its last dash is not the name's (generic.go, maskTrailingDash). */
function maskTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
