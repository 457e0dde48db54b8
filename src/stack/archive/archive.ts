import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Manifests, mergeManifests, readManifestText } from '../manifests.ts';
import { ArchiveError, readTar } from './tar.ts';

/** Bytes of an archive, and of what it holds. */
const limits = { packed: 64 * 2 ** 20, unpacked: 256 * 2 ** 20 } as const;
/** Milliseconds until a download is whole. */
const downloadTime = 120_000;

/** Whether manifests are in an archive: `kube-prometheus-0.16.0.tar.gz`, `https://…/v0.16.0.tar.gz#manifests`. */
export const isArchive = (source: string): boolean => /^https:\/\//.test(source) || /\.(tar\.gz|tgz)(#|$)/.test(source);

/**
 * The manifests of a .tar.gz, read in memory. A release has more than manifests: behind `#` stands the folder that counts; without
 * one it is `manifests` at the top of it or of its only folder, or everything.
 * @param source an https address, which is downloaded, or a path
 * @param request as the platform's fetch
 * @throws ArchiveError for what is too large, not an archive, or not to be trusted, and where the download fails
 */
export async function readArchive(source: string, input: { readonly signal?: AbortSignal; readonly request?: typeof fetch } = {}): Promise<Manifests> {
  const [place = '', folder] = source.split('#');
  const packed = /^https:/.test(place) ? await download(place, input.request ?? fetch, input.signal) : await local(place);
  const archive = await promisify(gunzip)(packed, { maxOutputLength: limits.unpacked }).catch((error: unknown) => {
    throw new ArchiveError(error instanceof RangeError ? `${place} holds more than ${megabytes(limits.unpacked)}.` : `${place} is no .tar.gz archive.`);
  });
  const files = readTar(archive, (path) => /\.(ya?ml|json)$/.test(path) && !/(^|\/)(\.|kustomization\.ya?ml$)/.test(path));
  const chosen = files.filter(({ path }) => isWithin(path, folder));
  const standard = folder === undefined ? files.filter(({ path }) => isWithin(path, 'manifests')) : [];
  const used = standard.length > 0 ? standard : chosen;
  if (used.length === 0) throw new ArchiveError(`${place} has no manifests${folder === undefined ? '' : ` in ${folder}`}.`);
  return mergeManifests(used.map(({ path, text }) => readManifestText(text, path)));
}

/** Whether a path is in a folder, at the top of the archive or of the one folder that archives of releases have there. */
function isWithin(path: string, folder: string | undefined): boolean {
  if (folder === undefined || folder === '') return true;
  const wanted = `${folder.replace(/^\/+|\/+$/g, '')}/`;
  const inside = path.replace(/^\.\//, '');
  return inside.startsWith(wanted) || inside.slice(inside.indexOf('/') + 1).startsWith(wanted);
}

async function local(path: string): Promise<Buffer> {
  if ((await stat(path)).size > limits.packed) throw new ArchiveError(`${path} has more than ${megabytes(limits.packed)}.`);
  return readFile(path);
}

async function download(address: string, request: typeof fetch, signal: AbortSignal | undefined): Promise<Buffer> {
  const ends = [AbortSignal.timeout(downloadTime), ...(signal === undefined ? [] : [signal])];
  let answer: Response;
  try {
    answer = await request(address, { signal: AbortSignal.any(ends) });
  } catch (error) {
    signal?.throwIfAborted();
    throw new ArchiveError(`${address} cannot be downloaded: ${error instanceof Error ? error.cause instanceof Error ? error.cause.message : error.message : String(error)}.`);
  }
  if (answer.url !== '' && !answer.url.startsWith('https://')) throw new ArchiveError(`${address} leads to ${answer.url}, which is not https.`);
  if (!answer.ok || answer.body === null) throw new ArchiveError(`${address} cannot be downloaded: the server answers ${String(answer.status)}.`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body) {
    size += part.byteLength;
    if (size > limits.packed) throw new ArchiveError(`${address} has more than ${megabytes(limits.packed)}.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const megabytes = (bytes: number): string => `${String(bytes / 2 ** 20)} MiB`;
