import { hashOf } from './hash';

/** What the worker says while it hashes the one file that it is given. */
export type Told = { done: number } | { sha256: string } | { fault: string };

/** As much of a worker's own scope as is used; the library for documents does not know it. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<File>) => void) | null;
  postMessage: (told: Told) => void;
};

scope.onmessage = ({ data }) => {
  hashOf(data, (done) => scope.postMessage({ done })).then(
    (sha256) => scope.postMessage({ sha256 }),
    (thrown: unknown) => scope.postMessage({ fault: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
};
