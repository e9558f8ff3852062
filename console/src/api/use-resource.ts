import { useCallback, useEffect, useRef, useState } from 'react';
import { useLiveStream } from './live';
import { asProblem, isAbort } from './problem';
import type { LiveEvent, LiveEventName, Problem } from './types';

export interface Resource<T> {
  data: T | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
  replace: (data: T) => void;
}

interface Options {
  /** Read again when one of these is told. */
  on?: readonly LiveEventName[];
  /** ... and it is about this. */
  about?: (event: LiveEvent) => boolean;
}

/** A burst of events is answered by one reading. */
const GATHER_MS = 120;

/** Reads something of the node, again whenever `key` changes and whenever the live stream says that it changed. */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { on = [], about = () => true }: Options = {},
): Resource<T> {
  const [held, setHeld] = useState<{ key: string; data: T | null; problem: Problem | null }>({
    key: '',
    data: null,
    problem: null,
  });
  const [round, setRound] = useState(0);
  const latest = useRef({ load, on, about });
  latest.current = { load, on, about };
  const reload = useCallback(() => setRound((n) => n + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    latest.current
      .load(abort.signal)
      .then((data) => !abort.signal.aborted && setHeld({ key, data, problem: null }))
      .catch((thrown: unknown) => {
        if (abort.signal.aborted || isAbort(thrown)) return;
        setHeld((old) => ({ key, data: old.key === key ? old.data : null, problem: asProblem(thrown) }));
      });
    return () => abort.abort();
  }, [key, round]);

  useLiveReload(latest, reload);

  const replace = useCallback((data: T) => setHeld({ key, data, problem: null }), [key]);
  const mine = held.key === key;
  return {
    data: mine ? held.data : null,
    problem: mine ? held.problem : null,
    loading: !mine,
    reload,
    replace,
  };
}

function useLiveReload(latest: { current: Required<Options> }, reload: () => void): void {
  const stream = useLiveStream();
  useEffect(() => {
    let pending: ReturnType<typeof setTimeout> | undefined;
    const stop = stream?.subscribe((name, event) => {
      const { on, about } = latest.current;
      const concerns = name === 'resync' || (on.includes(name) && (event === null || about(event)));
      if (!concerns || pending !== undefined) return;
      pending = setTimeout(() => {
        pending = undefined;
        reload();
      }, GATHER_MS);
    });
    return () => {
      clearTimeout(pending);
      stop?.();
    };
  }, [stream, reload, latest]);
}
