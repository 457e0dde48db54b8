import type { Frame } from '../frame.ts';
import { asRecord, refIdMatcher } from '../matchers.ts';
import { groupBy, reduce } from './aggregate.ts';
import { calculateField } from './calculate.ts';
import { convertFieldType, filterByRefId, filterFieldsByName, organize, renameByRegex } from './columns.ts';
import { concatenate, labelsToFields, merge, seriesToRows } from './combine.ts';
import { joinByField } from './join.ts';
import { filterByValue, limit, sortBy } from './rows.ts';
import type { Transformation } from './transformation.ts';

/** The transformations that are known, by id. */
const known: Readonly<Record<string, Transformation>> = {
  calculateField, concatenate, convertFieldType, filterByRefId, filterByValue, filterFieldsByName, groupBy, joinByField, labelsToFields, limit, merge, organize, reduce, renameByRegex, seriesToRows, sortBy,
  seriesToColumns: joinByField,
};

/** A transformation as a panel has it. */
export interface TransformationStep {
  readonly id: string;
  readonly disabled: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  /** The query whose tables alone are transformed. */
  readonly refId?: string;
}

/** Whether a transformation of this id can be applied. */
export function isKnownTransformation(id: string): boolean {
  return Object.hasOwn(known, id);
}

/** Reads a panel's `transformations`. */
export function readTransformations(value: unknown): TransformationStep[] {
  return (Array.isArray(value) ? value : []).map(asRecord).map(({ id, disabled, options, filter }) => {
    const refId = asRecord(filter)['options'];
    return { id: String(id), disabled: disabled === true, options: asRecord(options), ...(typeof refId === 'string' && refId !== '' ? { refId } : {}) };
  });
}

/** The tables after all steps; those that are not known change nothing. */
export function transform(frames: readonly Frame[], steps: readonly TransformationStep[]): readonly Frame[] {
  let result = frames;
  for (const { id, disabled, options, refId } of steps) {
    const apply = Object.hasOwn(known, id) ? known[id] : undefined;
    if (disabled || apply === undefined) continue;
    const isMeant = refId === undefined ? undefined : refIdMatcher(refId);
    if (isMeant === undefined) {
      result = apply(result, options);
      continue;
    }
    // Where Grafana puts those that were not meant: at the place of the first of them, unless it is the first of all.
    const after = [...apply(result.filter(isMeant), options)];
    const others = result.filter((frame) => !isMeant(frame));
    after.splice(Math.max(0, result.findIndex((frame, index) => index > 0 && !isMeant(frame))), 0, ...others);
    result = after;
  }
  return result;
}
