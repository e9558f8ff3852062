import { localProblem } from '../api/problem';
import { hashOf } from './hash';
import type { Told } from './hash-worker';

/** SHA-256 of a file, computed beside the page so that it stays usable. */
export function hashAside(file: File, told: (done: number) => void, signal: AbortSignal): Promise<string> {
  if (typeof Worker === 'undefined') return hashOf(file, told, signal);
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    signal.addEventListener('abort', () => end(() => reject(signal.reason as Error)), { once: true });
    worker.onerror = () => end(() => reject(localProblem('unreadable_file')));
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ('done' in data) told(data.done);
      else if ('sha256' in data) end(() => resolve(data.sha256));
      else end(() => reject(localProblem('unreadable_file', data.fault)));
    };
    worker.postMessage(file);
  });
}
