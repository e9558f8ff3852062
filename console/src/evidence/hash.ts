import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes that are read and hashed at once. */
const PIECE = 4 << 20;

/**
 * SHA-256 of a file that is never held as a whole; `told` hears how many bytes are done. In plain JavaScript: the node's
 * policy lets no WebAssembly run.
 */
export async function hashOf(file: Blob, told: (done: number) => void, signal?: AbortSignal): Promise<string> {
  const hasher = sha256.create();
  for (let at = 0; at < file.size; at += PIECE) {
    signal?.throwIfAborted();
    hasher.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    told(Math.min(at + PIECE, file.size));
  }
  return bytesToHex(hasher.digest());
}

/** SHA-256 of what comes piece by piece. */
export function hasher(): { update: (piece: Uint8Array) => void; done: () => string } {
  const running = sha256.create();
  return { update: (piece) => void running.update(piece), done: () => bytesToHex(running.digest()) };
}

/** SHA-256 of a text, for what the browser remembers. */
export const hashOfText = (text: string): string => bytesToHex(sha256(new TextEncoder().encode(text)));
