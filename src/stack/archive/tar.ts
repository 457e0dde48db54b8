/** A file of an archive. */
export interface ArchiveFile {
  /** With `/` between the parts; never absolute, never with `..`. */
  readonly path: string;
  readonly text: string;
}

/** An archive that cannot be read, or must not be. */
export class ArchiveError extends Error {}

const block = 512;

/**
 * The files of a tar archive that are wanted: POSIX ustar, with the long names of pax and GNU tar. Nothing is written to the
 * disk; links and devices are passed over.
 * @throws ArchiveError for a truncated archive, and for names that lead out of it
 */
export function readTar(archive: Buffer, isWanted: (path: string) => boolean): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + block <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + block);
    const size = octal(header.subarray(124, 136));
    const content = archive.subarray(at + block, at + block + size);
    if (Number.isNaN(size) || content.length < size) throw new ArchiveError('The archive is cut off, or no tar archive.');
    const type = String.fromCharCode(header[156] ?? 0);
    at += block + Math.ceil(size / block) * block;
    if (type === 'x') longName = paxPath(content.toString('utf8')) ?? longName;
    else if (type === 'L') longName = text(content);
    else if (type !== 'g') {
      const prefix = text(header.subarray(257, 262)) === 'ustar' ? text(header.subarray(345, 500)) : '';
      const path = longName ?? `${prefix === '' ? '' : `${prefix}/`}${text(header.subarray(0, 100))}`;
      longName = undefined;
      if (/^[\\/]|^[a-z]:/i.test(path) || path.split(/[\\/]/).includes('..')) throw new ArchiveError(`The archive has a file outside of itself (${path}); it is not to be trusted.`);
      if ((type === '0' || type === '\0') && isWanted(path)) files.push({ path, text: content.toString('utf8') });
    }
  }
  return files;
}

/** `30 path=a/b.yaml\n` (POSIX.1-2001, pax): each record begins with its length. */
function paxPath(records: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}

const text = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0[^]*$/, '');
const octal = (bytes: Buffer): number => parseInt(text(bytes).trim() || '0', 8);
