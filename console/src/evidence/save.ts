import { hasher } from './hash';

/** As much of the browser's own way to write a file as is used; not every browser has it. */
interface Picker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<{
    createWritable: () => Promise<{
      write: (piece: Uint8Array) => Promise<void>;
      close: () => Promise<void>;
      abort: () => Promise<void>;
    }>;
    remove?: () => Promise<void>;
  }>;
}

/** Above this many bytes content is written straight to the disk where the browser can. */
const LARGE = 256 << 20;

/**
 * Saves an answer under a name, hashing it as it comes; gives its SHA-256. Where it is large and the browser can, it never
 * stands in memory as a whole. `told` hears the bytes that have come.
 */
export async function saveAnswer(
  file: string,
  size: number,
  fetchAnswer: () => Promise<Response>,
  told: (done: number) => void,
): Promise<string> {
  const pick = (window as Picker).showSaveFilePicker;
  if (size < LARGE || pick === undefined) return saveInMemory(file, await fetchAnswer(), told);
  const handle = await pick.call(window, { suggestedName: file });
  const writing = await handle.createWritable();
  try {
    const sha256 = await pass(await fetchAnswer(), (piece) => writing.write(piece), told);
    await writing.close();
    return sha256;
  } catch (thrown) {
    await writing.abort();
    await handle.remove?.();
    throw thrown;
  }
}

async function saveInMemory(file: string, answer: Response, told: (done: number) => void): Promise<string> {
  const pieces: BlobPart[] = [];
  const sha256 = await pass(answer, async (piece) => void pieces.push(piece as BlobPart), told);
  saveBlob(new Blob(pieces, { type: 'application/octet-stream' }), file);
  return sha256;
}

async function pass(
  answer: Response,
  write: (piece: Uint8Array) => Promise<void>,
  told: (done: number) => void,
): Promise<string> {
  const hashing = hasher();
  const reader = answer.body?.getReader();
  let done = 0;
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return hashing.done();
    hashing.update(read.value);
    await write(read.value);
    told((done += read.value.length));
  }
}

export function saveBlob(content: Blob, file: string): void {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement('a'), { href: address, download: file });
  link.click();
  URL.revokeObjectURL(address);
}
