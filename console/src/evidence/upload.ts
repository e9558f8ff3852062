import { DetailedError, Upload } from 'tus-js-client';
import { at, ROOT } from '../api/client';
import type { Description } from '../api/evidence-types';
import { ProblemError, unreachable } from '../api/problem';
import type { Problem } from '../api/types';

/** Bytes in one request: what a lost connection costs at most, and how often a pause is felt. */
const REQUEST_BYTES = 32 << 20;
const RETRIES_MS = [0, 1000, 3000, 5000, 10_000, 20_000];

export interface Hears {
  /** Bytes that the node has. */
  progress: (sent: number) => void;
  /** The item has its identifier. */
  begun: (item: string) => void;
  done: (item: string) => void;
  failed: (thrown: ProblemError) => void;
}

export interface Sending {
  pause: () => void;
  resume: () => void;
}

/** The item that an upload's address ends with. */
export const itemOf = (address: string): string => decodeURIComponent(address.replace(/[?#].*$/, '').split('/').pop() ?? '');

/** Sends a file by tus: begins an upload with its description, or goes on with the one of `item`. */
export function send(file: File, given: { description: Description } | { item: string }, hears: Hears): Sending {
  const upload = new Upload(file, {
    ...('item' in given
      ? { uploadUrl: ROOT + at`/evidence/uploads/${given.item}` }
      : { endpoint: `${ROOT}/evidence/uploads`, metadata: { description: JSON.stringify(given.description) } }),
    headers: { 'X-Comity-CSRF': '1' },
    chunkSize: REQUEST_BYTES,
    retryDelays: RETRIES_MS,
    // Nothing of the file's name is remembered by the library; what may go on is asked of the node.
    storeFingerprintForResuming: false,
    onProgress: (sent) => hears.progress(sent),
    onUploadUrlAvailable: () => upload.url && hears.begun(itemOf(upload.url)),
    onSuccess: () => hears.done(itemOf(upload.url ?? '')),
    onError: (error) => hears.failed(problemIn(error)),
    onShouldRetry: (error) => mayPass(error.originalResponse?.getStatus() ?? 0),
  });
  upload.start();
  return { pause: () => void upload.abort(), resume: () => upload.start() };
}

/** What passes by itself: no answer, an upload in use, a node that is busy. A refusal stays one. */
export const mayPass = (status: number): boolean => [0, 408, 409, 423, 429].includes(status) || status >= 500;

/** What the node said when it refused, as everywhere else. */
export function problemIn(error: Error | DetailedError): ProblemError {
  const answer = 'originalResponse' in error ? error.originalResponse : null;
  if (!answer) return unreachable(error);
  const bare: Problem = {
    type: 'about:blank',
    title: `HTTP ${answer.getStatus()}`,
    status: answer.getStatus(),
    code: 'unreadable_answer',
    request_id: answer.getHeader('x-request-id'),
  };
  try {
    return new ProblemError({ ...bare, ...(JSON.parse(answer.getBody()) as Partial<Problem>) });
  } catch {
    return new ProblemError(bare);
  }
}
