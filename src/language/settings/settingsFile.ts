import picomatch from 'picomatch/posix.js';
import type { Path, Problem } from '../finding.ts';
import { isRecord } from '../json.ts';
import { parseVersion } from '../version.ts';
import { type CheckLevel, type PathSettings, type PlainKind, plainKinds, type Target } from './settings.ts';

/** The name of the file that editor and command line read alike; it holds for its folder and those below. */
export const settingsFileName = '.kubeprom.yaml';

interface Section {
  readonly matches: (path: string) => boolean;
  readonly excludes: boolean;
  readonly target: Target;
  readonly checks: ReadonlyMap<string, CheckLevel>;
}

/** A read `.kubeprom.yaml`. */
export interface SettingsFile {
  /** What it says for a path relative to its folder, with `/` between the parts. */
  forPath(path: string): PathSettings;
  /** What is wrong with it; the rest of it counts all the same. */
  readonly problems: readonly Problem[];
}

/** What a check may be set to. */
export const checkLevels: readonly CheckLevel[] = ['off', 'error', 'warning', 'information', 'hint'];
const levels: ReadonlySet<unknown> = new Set(checkLevels);
const versionKeys = { operator: 'operatorVersion', prometheus: 'prometheusVersion', alertmanager: 'alertmanagerVersion', thanos: 'thanosVersion' } as const;

/** The programs whose versions may be said. */
export const versionFields: readonly string[] = Object.keys(versionKeys);

/** The fields of the file with what they mean: for completion and hover. */
export const settingsFields: Readonly<Record<string, string>> = {
  versions: 'The versions that verdicts are given for: operator, prometheus, alertmanager, thanos.',
  features: 'Features of Prometheus that are on, named as in its --enable-feature flag.',
  prometheus: 'The Prometheus object (namespace/name) that judges these files, whatever its selectors say.',
  checks: 'Check code, or its first part, to off, error, warning, information or hint.',
  exclude: 'Globs of files that are not checked, relative to this file.',
  files: 'Files of Prometheus and Alertmanager themselves: match (a glob or a list of globs) and is (rules, alertmanager or prometheus). Later ones win.',
  paths: 'Sections for some paths: match (a glob or a list of globs) and any of the other fields. Later sections win.',
};

/** Reads the decoded content of a `.kubeprom.yaml`. Never throws. */
export function readSettings(value: unknown): SettingsFile {
  const problems: Problem[] = [];
  if (value !== null && !isRecord(value)) {
    problems.push(invalid([], 'A settings file is a map of fields.'));
  }
  const root = isRecord(value) ? value : {};
  for (const key of Object.keys(root)) {
    if (!Object.hasOwn(settingsFields, key)) problems.push(unknownField([key]));
  }
  const sections: Section[] = [];
  const exclude = globs(root['exclude'], ['exclude'], problems);
  if (exclude !== undefined) sections.push({ matches: exclude, excludes: true, target: {}, checks: new Map() });
  sections.push({ matches: () => true, excludes: false, ...body(root, [], problems) });
  for (const [index, section] of list(root['paths'], ['paths'], problems).entries()) {
    const path = ['paths', index];
    if (!isRecord(section)) {
      problems.push(invalid(path, 'A section is a map with "match" and other fields.'));
      continue;
    }
    const matches = globs(section['match'], [...path, 'match'], problems);
    if (matches === undefined) {
      problems.push(invalid(path, 'A section needs "match": a glob, or a list of globs, of the paths it is for.'));
      continue;
    }
    for (const key of Object.keys(section)) {
      if (key !== 'match' && (key === 'paths' || key === 'exclude' || key === 'files' || !Object.hasOwn(settingsFields, key))) problems.push(unknownField([...path, key]));
    }
    sections.push({ matches, excludes: false, ...body(section, path, problems) });
  }
  const plain = plainFiles(root['files'], problems);
  return {
    problems,
    forPath(path) {
      const is = plain.findLast((entry) => entry.matches(path))?.is;
      const fitting = sections.filter((section) => section.matches(path));
      return {
        excluded: fitting.some((section) => section.excludes),
        target: Object.assign({}, ...fitting.map((section) => section.target)) as Target,
        checks: new Map(fitting.flatMap((section) => [...section.checks])),
        ...(is === undefined ? {} : { plain: is }),
      };
    },
  };
}

function body(section: Record<string, unknown>, path: Path, problems: Problem[]): Pick<Section, 'target' | 'checks'> {
  const target: { -readonly [Key in keyof Target]: Target[Key] } = {};
  const versions = section['versions'];
  if (isRecord(versions)) {
    for (const [key, version] of Object.entries(versions)) {
      if (!Object.hasOwn(versionKeys, key)) problems.push(unknownField([...path, 'versions', key]));
      // An unquoted 3.10 is the number 3.1: only text can be trusted.
      else if (typeof version !== 'string' || parseVersion(version) === undefined) problems.push(invalid([...path, 'versions', key], 'Write a version in quotes, such as "3.13.2".'));
      else target[versionKeys[key as keyof typeof versionKeys]] = version;
    }
  } else if (versions !== undefined) {
    problems.push(invalid([...path, 'versions'], 'Write a map such as "prometheus: 3.13.2".'));
  }
  const features = section['features'];
  if (features !== undefined) target.features = list(features, [...path, 'features'], problems).map(String);
  const prometheus = section['prometheus'];
  if (typeof prometheus === 'string' && prometheus.includes('/')) target.prometheus = prometheus;
  else if (prometheus !== undefined) problems.push(invalid([...path, 'prometheus'], 'Write the Prometheus object as namespace/name.'));
  return { target, checks: readLevels(section['checks'], [...path, 'checks'], problems) };
}

function readLevels(value: unknown, path: Path, problems: Problem[]): ReadonlyMap<string, CheckLevel> {
  const checks = new Map<string, CheckLevel>();
  if (value === undefined) return checks;
  if (!isRecord(value)) {
    problems.push(invalid(path, 'Write a map such as "rule/duplicate: off".'));
    return checks;
  }
  for (const [code, written] of Object.entries(value)) {
    // An unquoted "off" is false in YAML 1.1.
    const level = written === false ? 'off' : written;
    if (levels.has(level)) checks.set(code, level as CheckLevel);
    else problems.push(invalid([...path, code], 'Write off, error, warning, information or hint.'));
  }
  return checks;
}

function plainFiles(value: unknown, problems: Problem[]): { readonly matches: (path: string) => boolean; readonly is: PlainKind }[] {
  return list(value, ['files'], problems).flatMap((entry, index) => {
    const path = ['files', index];
    const matches = isRecord(entry) ? globs(entry['match'], [...path, 'match'], problems) : undefined;
    const is = isRecord(entry) ? plainKinds.find((kind) => kind === entry['is']) : undefined;
    if (matches !== undefined && is !== undefined) return [{ matches, is }];
    problems.push(invalid(path, `Write "match" with a glob, or a list of globs, and "is" with one of ${plainKinds.join(', ')}.`));
    return [];
  });
}

function globs(value: unknown, path: Path, problems: Problem[]): ((path: string) => boolean) | undefined {
  const patterns = (typeof value === 'string' ? [value] : list(value, path, problems)).filter((pattern) => typeof pattern === 'string');
  return patterns.length === 0 ? undefined : picomatch(patterns, { dot: true });
}

function list(value: unknown, path: Path, problems: Problem[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  problems.push(invalid(path, 'Write a list.'));
  return [];
}

function invalid(path: Path, message: string): Problem {
  return { code: 'settings/value', severity: 'error', path, message };
}

function unknownField(path: Path): Problem {
  const name = String(path.at(-1));
  return { code: 'settings/unknown-field', severity: 'error', path, on: 'key', message: `"${name}" is no field of ${settingsFileName} here; it has no effect.` };
}
