import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Redaction } from './redaction.ts';

/**
 * Passes a body on as it comes, no faster than the page takes it. By hand: streams in between would cost a large answer as
 * much again, and pieces that came together (a tunnel's are small) are written together.
 * Rejects when it breaks off, and ends neither side then.
 */
export async function relay(body: Readable, response: ServerResponse, redaction: Redaction | undefined): Promise<void> {
  let isCorked = false;
  const uncork = (): void => {
    if (!isCorked) return;
    isCorked = false;
    response.uncork();
  };
  body.on('data', (piece: Buffer) => {
    const safe = redaction === undefined ? piece : redaction.take(piece);
    if (safe.length === 0) return;
    if (!isCorked) {
      isCorked = true;
      response.cork();
      setImmediate(uncork);
    }
    if (response.write(safe)) return;
    body.pause();
    response.once('drain', () => { body.resume(); });
  });
  await finished(body, { writable: false });
  // Before the end: Node drops what is corked then.
  uncork();
  const rest = redaction?.end();
  response.end(rest === undefined || rest.length === 0 ? undefined : rest);
  await finished(response);
}
