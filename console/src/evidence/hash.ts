import { Sha256 } from './sha256';

/** Bytes that are read and hashed at once. */
const PIECE = 4 << 20;

/**
 * SHA-256 of a file that is never held as a whole; `told` hears how many bytes are done. The next piece is read while one is
 * hashed.
 */
export async function hashOf(file: Blob, told: (done: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = new Sha256();
  const read = (from: number) => (from < file.size ? file.slice(from, from + PIECE).arrayBuffer() : undefined);
  let next = read(0);
  for (let at = 0; at < file.size; at += PIECE) {
    signal?.throwIfAborted();
    const piece = await next;
    next = read(at + PIECE);
    // Whoever gives up here does not wait for what is read then.
    next?.catch(() => {});
    if (piece !== undefined) hash.update(new Uint8Array(piece));
    told(Math.min(at + PIECE, file.size));
  }
  return hash.digest();
}

/** SHA-256 of what comes piece by piece. */
export function hasher(): { update: (piece: Uint8Array) => void; done: () => string } {
  const running = new Sha256();
  return { update: (piece) => running.update(piece), done: () => running.digest() };
}

/** SHA-256 of a text, for what the browser remembers. */
export function hashOfText(text: string): string {
  const running = new Sha256();
  running.update(new TextEncoder().encode(text));
  return running.digest();
}
