/** The rounds of SHA-256 that `sha256.mjs` writes out while the console is built. */
declare module 'virtual:sha256' {
  /** Takes so many blocks of 64 bytes from the beginning of `bytes` into `state`, which has eight words. */
  export function compress(state: Int32Array, bytes: Uint8Array, blocks: number): void;
}
