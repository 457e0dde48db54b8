/**
 * Versions of Prometheus, Alertmanager and Thanos as the operator reads and compares them: semantic versions,
 * leniently written (blang/semver's ParseTolerant), ordered with their pre-releases (semver.org 2.0.0, section 11).
 */

/** A parsed version. Build metadata is checked and dropped, for it takes no part in the order. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The dot-separated identifiers behind `-`; numeric ones as bigint, for they may be longer than a number holds. */
  readonly preRelease: readonly (string | bigint)[];
}

const numeric = /^[0-9]+$/;
const identifier = /^[0-9A-Za-z-]+$/;

/** Texts read so far: the same few versions are compared for every rule. */
const read = new Map<string, Version | undefined>();
const maximumRead = 1000;

/**
 * Reads a version such as `v3.13.1`, `2.53` or `3.0.0-rc.1+build`. Spaces around it, a leading `v`, leading zeros and missing
 * minor and patch numbers are forgiven; undefined when it is no version even so.
 */
export function parseVersion(text: string): Version | undefined {
  if (read.has(text)) return read.get(text);
  const version = readVersion(text);
  if (read.size >= maximumRead) read.clear();
  read.set(text, version);
  return version;
}

function readVersion(text: string): Version | undefined {
  const [major = '', minor, rest] = splitAtMost(text.trim().replace(/^v/, ''));
  // "3-rc.0" is refused: a short version has no place for a pre-release.
  if (rest === undefined && /[+-]/.test(minor ?? major)) return undefined;
  // Where a longer rest begins with no digit, as in "3.0.-rc.1", it is taken for a patch number of zero.
  const patch = rest !== undefined && rest.length > 1 && !/^[0-9]/.test(rest) ? `0${rest}` : rest ?? '0';
  const parts = /^([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(patch);
  if (parts === null) return undefined;
  const numbers = [major, minor ?? '0', parts[1] ?? ''];
  if (!numbers.every((number) => numeric.test(number) && BigInt(number) < 2n ** 64n)) return undefined;
  const preRelease = parts[2]?.split('.') ?? [];
  if (!preRelease.every((part) => identifier.test(part) && !/^0[0-9]+$/.test(part))) return undefined;
  if (!(parts[3]?.split('.') ?? []).every((part) => identifier.test(part))) return undefined;
  return {
    major: Number(numbers[0]),
    minor: Number(numbers[1]),
    patch: Number(numbers[2]),
    preRelease: preRelease.map((part) => numeric.test(part) ? BigInt(part) : part),
  };
}

/** Negative, zero or positive as `a` comes before, with or after `b`. A pre-release comes before its release. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || comparePreReleases(a.preRelease, b.preRelease);
}

/**
 * Whether a version is at least another one, both as {@link parseVersion} takes them (`2.42.0`, `v2.42`).
 * False when either is no version.
 */
export function atLeast(version: string | Version, minimum: string | Version): boolean {
  const left = typeof version === 'string' ? parseVersion(version) : version;
  const right = typeof minimum === 'string' ? parseVersion(minimum) : minimum;
  return left !== undefined && right !== undefined && compareVersions(left, right) >= 0;
}

/** Major, minor and the whole rest, which keeps its dots. */
function splitAtMost(text: string): string[] {
  const [major = '', minor, ...rest] = text.split('.');
  if (minor === undefined) return [major];
  return rest.length === 0 ? [major, minor] : [major, minor, rest.join('.')];
}

function comparePreReleases(a: readonly (string | bigint)[], b: readonly (string | bigint)[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    if (typeof left !== typeof right) return typeof left === 'bigint' ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
