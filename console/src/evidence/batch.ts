import type { Description } from '../api/evidence-types';

/** Files below this many bytes go together. */
export const SMALL = 64 << 10;
/** Files in one batch, and bytes of their content. */
const MOST = 500;
const MOST_BYTES = 16 << 20;

export interface Small {
  file: Blob;
  description: Description;
}

/** The body of a batch: for each file the length of its JSON in four bytes, the JSON, the content. */
export function batchBody(files: Small[]): Blob {
  const pieces = files.flatMap(({ file, description }) => {
    const json = new TextEncoder().encode(JSON.stringify({ ...description, size: file.size }));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, json.length);
    return [length, json, file];
  });
  return new Blob(pieces, { type: 'application/octet-stream' });
}

/** Which go in a batch: the small ones, where there are several. */
export function isBatch(files: { size: number }[]): boolean {
  return files.filter(({ size }) => size < SMALL).length > 1;
}

/** Cuts small files into batches that the node takes at once. */
export function batches<T extends { size: number }>(files: T[]): T[][] {
  const cut: T[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = cut.at(-1);
    if (last === undefined || last.length === MOST || bytes + file.size > MOST_BYTES) {
      cut.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return cut;
}
