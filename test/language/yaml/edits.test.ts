import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change, Path } from '../../../src/language/finding.ts';
import { textEdits } from '../../../src/language/yaml/edits.ts';
import { isRejection } from '../../../src/language/yaml/node.ts';
import { readYaml } from '../../../src/language/yaml/reader.ts';
import { Random } from '../random.ts';
import { ruleText } from './texts.ts';

const seed = 20261123;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Container = Json[] | { [key: string]: Json };

/** The object after a change, made without any text. */
function applied(object: Json, change: Change): Json {
  const copy = structuredClone(object);
  switch (change.kind) {
    case 'rename': {
      const parent = at(copy, change.path.slice(0, -1)) as { [key: string]: Json };
      const entries = Object.entries(parent).map(([key, value]) => [key === change.path.at(-1) ? change.to : key, value] as const);
      for (const key of Object.keys(parent)) Reflect.deleteProperty(parent, key);
      Object.assign(parent, Object.fromEntries(entries));
      break;
    }
    case 'set':
      put(copy, change.path, change.value as Json);
      break;
    case 'remove':
      take(copy, change.path);
      break;
    case 'move': {
      const value = at(copy, change.path);
      put(copy, change.to, value);
      take(copy, change.path);
      break;
    }
    case 'replace': {
      const text = at(copy, change.path) as string;
      put(copy, change.path, text.slice(0, change.within.start) + change.text + text.slice(change.within.end));
      break;
    }
  }
  return copy;
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, step) => (inner as { [key: string]: Json })[String(step)] ?? null, value);
}

function put(value: Json, path: Path, item: Json): void {
  let parent = value as Container;
  for (const step of path.slice(0, -1)) {
    const object = parent as { [key: string]: Json };
    object[String(step)] ??= {};
    parent = object[String(step)] as Container;
  }
  (parent as { [key: string]: Json })[String(path.at(-1))] = item;
}

function take(value: Json, path: Path): void {
  const parent = at(value, path.slice(0, -1)) as Container;
  const step = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else Reflect.deleteProperty(parent, step);
}

function pathsOf(value: Json, path: Path = []): { path: Path; value: Json }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const children = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [{ path, value }, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

const strings = ['plain', 'with: colon', 'a # b', "it's", '"quoted"', 'on', '1e3', '', ' blank ', 'back\\slash', 'é😀', '- dash', '{{ $value }}', 'x\ty', 'two\nlines', '{a: b}', '*a', '&a', '!t', '%x', '@x', 'null', '0777', ':', 'a:', '?', '-', '~', 'trailing ', '[', 'key: |'];

function randomChange(random: Random, object: Json): Change {
  const places = pathsOf(object).filter(({ path }) => path.length > 0);
  const { path, value } = random.pick(places);
  switch (random.below(5)) {
    case 0: {
      const named = typeof path.at(-1) === 'string' ? path : path.slice(0, path.findLastIndex((step) => typeof step === 'string') + 1);
      return { kind: 'rename', path: named, to: random.pick(['renamed', 'on', 'with space', 'a: b', '1', 'q"']) };
    }
    case 1: {
      const parents = places.filter((place) => typeof place.value === 'object' && place.value !== null && !Array.isArray(place.value));
      const parent = random.below(2) === 0 && parents.length > 0 ? random.pick(parents).path : undefined;
      const values: readonly Json[] = [...strings, 1, true, null, { a: 'b', c: { d: 'e' } }, ['x', { y: 'z' }], {}, []];
      return { kind: 'set', path: parent === undefined ? path : [...parent, 'added', ...(random.below(2) === 0 ? ['below'] : [])], value: random.pick(values) };
    }
    case 2:
      return { kind: 'remove', path };
    case 3: {
      const maps = places.filter((place) => typeof place.value === 'object' && place.value !== null && !Array.isArray(place.value) && !path.every((step, index) => place.path[index] === step));
      return maps.length === 0 ? { kind: 'remove', path } : { kind: 'move', path, to: [...random.pick(maps).path, 'moved'] };
    }
    default: {
      const texts = places.filter((place): place is { path: Path; value: string } => typeof place.value === 'string' && place.value !== '');
      const target = typeof value === 'string' && value !== '' ? { path, value } : random.pick(texts);
      const start = random.below(target.value.length + 1);
      return { kind: 'replace', path: target.path, within: { start, end: start + random.below(Math.min(6, target.value.length - start) + 1) }, text: random.pick(strings) };
    }
  }
}

function edited(text: string, edits: readonly { span: { start: number; end: number }; newText: string }[]): string {
  let result = text;
  for (const { span, newText } of edits.toSorted((a, b) => b.span.start - a.span.start)) result = result.slice(0, span.start) + newText + result.slice(span.end);
  return result;
}

const sorted = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));

describe(`edits, seed ${seed}`, () => {
  for (const [name, text] of [['LF', ruleText], ['CRLF', ruleText.replaceAll('\n', '\r\n')], ['without a last line break', ruleText.trimEnd()]] as const) {
    test(`an edited text reads as the changed object: ${name}`, () => {
      const random = new Random(seed);
      const [document] = readYaml(text);
      assert.ok(document !== undefined);
      const object = document.toJS() as Json;
      const made: Record<string, number> = {};
      const kept = sorted(object);
      for (let count = 0; count < 1000; count++) {
        const change = randomChange(random, object);
        const edits = textEdits(text, document, [change]);
        if (edits === undefined) continue;
        made[change.kind] = (made[change.kind] ?? 0) + 1;
        const result = edited(text, edits);
        const [after] = readYaml(result);
        const what = `${JSON.stringify(change)}\n${JSON.stringify(edits)}\n${result}`;
        assert.deepEqual(after?.issues.filter(isRejection) ?? [], [], what);
        // An anchor that went, or came to stand twice, is not the edit's matter.
        assert.equal(sorted(after?.toJS()), sorted(applied(object, change)), what);
        assert.equal(sorted(document.toJS()), kept, 'the document itself changed');
      }
      for (const kind of ['rename', 'set', 'remove', 'move', 'replace']) assert.ok((made[kind] ?? 0) > 30, `${kind}: ${String(made[kind] ?? 0)}`);
    });
  }
});
