/**
 * MD5 (RFC 1321), which hashmod divides the targets with. It is written out here because src/language runs
 * where there is no crypto module, and a hash that protects nothing needs no library.
 */

import { encodeUtf8 } from '../templates/utf8.ts';

/** How far each of the 64 steps rotates: four numbers a round, four times each. */
const rotations = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]] as const;

/** The whole part of 2³² · |sin(step + 1)|. */
const sines = Array.from({ length: 64 }, (_, step) => Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))));

/** The 16 bytes of the hash of a text's UTF-8 form. */
export function md5(text: string): Uint8Array {
  const state: [number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  const message = padded(encodeUtf8(text));
  for (let offset = 0; offset < message.byteLength; offset += 64) addBlock(state, message, offset);
  const hash = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) hash.setUint32(4 * index, word, true);
  return new Uint8Array(hash.buffer);
}

/** The bytes, a one bit, zeros, and the length in bits, to a multiple of 64 bytes. */
function padded(bytes: string): DataView {
  const view = new DataView(new ArrayBuffer((Math.floor((bytes.length + 8) / 64) + 1) * 64));
  for (let index = 0; index < bytes.length; index++) view.setUint8(index, bytes.charCodeAt(index));
  view.setUint8(bytes.length, 0x80);
  view.setBigUint64(view.byteLength - 8, BigInt(bytes.length) * 8n, true);
  return view;
}

function addBlock(state: [number, number, number, number], message: DataView, offset: number): void {
  let [a, b, c, d] = state;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const { mixed, word } = mix(round, step, b, c, d);
    const sum = (a + mixed + (sines[step] ?? 0) + message.getUint32(offset + 4 * word, true)) | 0;
    const rotation = rotations[round]?.[step & 3] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0];
  }
  state[0] = (state[0] + a) | 0;
  state[1] = (state[1] + b) | 0;
  state[2] = (state[2] + c) | 0;
  state[3] = (state[3] + d) | 0;
}

/** The round's function of three words, and which of the block's sixteen words the step takes. */
function mix(round: number, step: number, b: number, c: number, d: number): { readonly mixed: number; readonly word: number } {
  switch (round) {
    case 0: return { mixed: (b & c) | (~b & d), word: step };
    case 1: return { mixed: (d & b) | (~d & c), word: (5 * step + 1) % 16 };
    case 2: return { mixed: b ^ c ^ d, word: (3 * step + 5) % 16 };
    default: return { mixed: c ^ (b | ~d), word: (7 * step) % 16 };
  }
}
