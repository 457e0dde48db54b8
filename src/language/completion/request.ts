/** What the features at the cursor are asked, and the object that the cursor is in. */

import type { Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import { promqlOptions, type RuleJudge } from '../kinds/rules/judge.ts';
import type { KindName, SchemaStore } from '../schemas/schemaStore.ts';
import type { KindSchema } from '../schemas/types.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Cursor } from './cursor.ts';
import type { Dialect } from './expected.ts';
import type { ExpressionContext } from './expressionContext.ts';
import { Knowledge, type MetricFacts } from './knowledge.ts';
import { recordedMetrics } from './recordedMetrics.ts';

/** A question about the cursor of a file, and what the answer may use. */
export interface CursorRequest {
  readonly file: SourceFile;
  readonly offset: number;
  readonly workspace: Workspace;
  readonly schemas: SchemaStore;
  readonly operatorVersion: string | undefined;
  /** Who loads the rules of an object of the file. */
  readonly judges: (source: SourceObject | undefined) => readonly RuleJudge[];
  /** A connected cluster's metrics. */
  readonly facts?: MetricFacts;
}

/** An object at the cursor: what it says that it is, as far as that is readable. */
export interface ObjectAt extends KindName {
  readonly source: SourceObject | undefined;
  readonly path: Path;
}

/** The schema of a kind of ours. */
export function schemaOf(object: KindName, { schemas, operatorVersion }: CursorRequest): Promise<KindSchema | undefined> {
  return object.apiVersion.startsWith('monitoring.coreos.com/') ? schemas.load(object, operatorVersion) : Promise.resolve(undefined);
}

/** The object that the cursor is in; undefined where nothing says what it is. */
export function objectAt(file: SourceFile, { document, path }: Cursor): ObjectAt | undefined {
  if (document === undefined) return undefined;
  const source = file.written.find((candidate) => candidate.document === document && candidate.path.every((step, index) => path[index] === step));
  if (source !== undefined) return { apiVersion: source.value.apiVersion, kind: source.value.kind, source, path: source.path };
  const text = file.text.slice(document.start, document.end);
  const [, apiVersion = ''] = /^apiVersion: *["']?([\w./-]+)/m.exec(text) ?? [];
  const [, kind = ''] = /^kind: *["']?(\w+)/m.exec(text) ?? [];
  return apiVersion === '' && kind === '' ? undefined : { apiVersion, kind, source: undefined, path: [] };
}

/** The rule that a path of a PrometheusRule leads into. */
export function ruleAt({ source }: ObjectAt, path: Path): Record<string, unknown> | undefined {
  let value: unknown = source?.value;
  for (const step of path.slice(0, 5)) value = isRecord(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[step] : undefined;
  return isRecord(value) ? value : undefined;
}

/** What every server that loads a rule can read. */
export function dialectOf(judges: readonly RuleJudge[]): Dialect {
  const all = judges.map(promqlOptions);
  // One operator reads all rules.
  const parser = all[0]?.parser;
  return {
    options: {
      experimentalFunctions: all.every((options) => options.experimentalFunctions),
      durationExpr: all.every((options) => options.durationExpr),
      extendedRangeSelectors: all.every((options) => options.extendedRangeSelectors),
      binopFillModifiers: all.every((options) => options.binopFillModifiers),
      ...(parser === undefined ? {} : { parser }),
    },
    versions: judges.filter(({ component }) => component === 'Prometheus').map(({ version, features }) => ({ version, features: new Set(features) })),
  };
}

/** What PromQL of an object may use. */
export function expressionContext(request: CursorRequest, { source }: Partial<Pick<ObjectAt, 'source'>>): ExpressionContext {
  return {
    dialect: dialectOf(request.judges(source)),
    knowledge: new Knowledge(recordedMetrics(request.workspace)),
    ...(request.facts === undefined ? {} : { facts: request.facts }),
  };
}
