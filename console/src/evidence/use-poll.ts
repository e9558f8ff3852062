import { useEffect, useRef } from 'react';

const EVERY_MS = 3000;

/** Reads again every few seconds while something moves of which the live stream does not tell each step. */
export function usePoll(moves: boolean, read: () => void): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    if (!moves) return;
    const timer = setInterval(() => latest.current(), EVERY_MS);
    return () => clearInterval(timer);
  }, [moves]);
}
