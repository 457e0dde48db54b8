import { encodeUtf8 } from '../language/templates/utf8.ts';
import type { Labels } from './entities.ts';

const [offsetHigh, offsetLow] = [0xcbf29ce4, 0x84222325];
/** The low part of FNV's 64-bit prime, 2^40 + 0x1b3. */
const prime = 0x1b3;
const separator = 0xff;

/**
 * What Alertmanager calls an alert by: FNV-1a, 64 bits, over the names and values of its labels in the order of the names, each followed by a byte
 * that is in no text (prometheus/common, model/signature.go, labelSetToFingerprint). Sixteen hexadecimal digits.
 */
export function fingerprintOf(labels: Labels): string {
  let [high, low] = [offsetHigh, offsetLow];
  const add = (byte: number): void => {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * prime;
    high = (high * prime + Math.floor(product / 0x1_0000_0000) + mixed * 0x100) % 0x1_0000_0000;
    low = product >>> 0;
  };
  const addText = (text: string): void => {
    const bytes = encodeUtf8(text);
    for (let index = 0; index < bytes.length; index++) add(bytes.charCodeAt(index));
    add(separator);
  };
  for (const name of inOrderOfBytes(Object.keys(labels))) {
    addText(name);
    addText(labels[name] ?? '');
  }
  return hex(high) + hex(low);
}

/** Go compares texts byte by byte: as code points. Ours does so by units of UTF-16, which is another order beyond the basic plane only. */
function inOrderOfBytes(names: string[]): readonly string[] {
  names.sort();
  return names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort(byCodePoints) : names;
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  return at < 0 ? left.length - right.length : (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}

function hex(part: number): string {
  return part.toString(16).padStart(8, '0');
}
