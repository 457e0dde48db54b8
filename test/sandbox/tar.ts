/** One entry of a tar archive; a folder when it has no content. */
export interface TarEntry {
  /** Relative, without a slash at the end. */
  readonly path: string;
  readonly mode: number;
  readonly owner?: number;
  readonly content?: Uint8Array;
}

const blockSize = 512;

/** A tar archive in the POSIX ustar format, with times of 0, so that the same entries give the same bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const size = entry.content?.length ?? 0;
    parts.push(header(entry, size));
    if (entry.content !== undefined) parts.push(entry.content, Buffer.alloc((blockSize - (size % blockSize)) % blockSize));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const name = entry.content === undefined ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is longer than the 100 bytes of a ustar name`);
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, at: number, length: number) => block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  block.write(name, 0);
  octal(entry.mode, 100, 8);
  octal(entry.owner ?? 0, 108, 8);
  octal(entry.owner ?? 0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148, 'latin1'); // the checksum counts itself as spaces
  block.write(entry.content === undefined ? '5' : '0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(block.reduce((sum, byte) => sum + byte, 0), 148, 7);
  return block;
}
