import { compress } from 'virtual:sha256';

const BLOCK = 64;
/** FIPS 180-4, section 5.3.3. */
const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** SHA-256 of what comes piece by piece. */
export class Sha256 {
  readonly #state = Int32Array.from(START);
  /** What came after the last whole block. */
  readonly #rest = new Uint8Array(2 * BLOCK);
  #length = 0;

  update(piece: Uint8Array): void {
    const filled = this.#length % BLOCK;
    const missing = filled === 0 ? 0 : Math.min(BLOCK - filled, piece.length);
    this.#rest.set(piece.subarray(0, missing), filled);
    if (missing > 0 && filled + missing === BLOCK) compress(this.#state, this.#rest, 1);
    this.#length += piece.length;
    const whole = piece.subarray(missing);
    const blocks = Math.floor(whole.length / BLOCK);
    compress(this.#state, whole, blocks);
    // Where nothing begins a block, the one that was begun is not whole yet and stays.
    if (whole.length > 0) this.#rest.set(whole.subarray(blocks * BLOCK));
  }

  /** The hash in hexadecimal. Nothing is taken after it. */
  digest(): string {
    const filled = this.#length % BLOCK;
    const blocks = filled + 9 <= BLOCK ? 1 : 2;
    this.#rest[filled] = 0x80;
    this.#rest.fill(0, filled + 1);
    const length = new DataView(this.#rest.buffer);
    length.setBigUint64(blocks * BLOCK - 8, BigInt(this.#length) * 8n);
    compress(this.#state, this.#rest, blocks);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
