import type { UploadLine } from '../api/evidence-types';
import { visible } from './description';
import { hashOfText } from './hash';

/**
 * What the browser remembers of an upload: nothing but a hash over the item's random identifier and the content's hash, under
 * a hash of the identifier. It tells no name, and nothing to whoever does not know the item.
 */
const keyOf = (item: string) => `comity.upload.${hashOfText(item).slice(0, 32)}`;
const markOf = (item: string, sha256: string) => hashOfText(`${item} ${sha256}`);

export function remember(item: string, sha256: string): void {
  try {
    localStorage.setItem(keyOf(item), markOf(item, sha256));
  } catch {
    // Without a memory the node still compares the hash at the end.
  }
}

export function forget(item: string): void {
  try {
    localStorage.removeItem(keyOf(item));
  } catch {
    // There is no memory to clear.
  }
}

export type Fit = 'same' | 'likely' | 'name' | 'size' | 'content';

/** Is this the file of that upload? `likely` where only the node can tell, at the end. */
export function fitOf(upload: UploadLine, file: { name: string; size: number; sha256: string }): Fit {
  if (upload.length !== file.size) return 'size';
  if (lastPart(upload.name) !== lastPart(visible(file.name))) return 'name';
  const remembered = localStorage.getItem(keyOf(upload.item));
  if (remembered === null) return 'likely';
  return remembered === markOf(upload.item, file.sha256) ? 'same' : 'content';
}

const lastPart = (name: string) => name.split('/').pop();
