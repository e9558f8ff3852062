import { useEffect, useState } from 'react';
import { nodeNow } from '../api/client';
import { useFormats } from '../strings/format';

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** All clocks of the console turn on one tick. */
function onTick(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => listeners.forEach((tell) => tell()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** Time since `since`, turning until `until`. A timer is not read out as it turns. */
export function Clock({ label, since, until }: { label: string; since: string; until?: string | null }) {
  const { span, time } = useFormats();
  const [now, setNow] = useState(nodeNow);
  useEffect(() => (until ? undefined : onTick(() => setNow(nodeNow()))), [until]);
  const end = until ? Date.parse(until) : now;
  return (
    <div className="clock" role="timer" aria-live="off" aria-label={label} title={time(since)}>
      <span className="clock-label">{label}</span>
      <span className="clock-value">{span(end - Date.parse(since))}</span>
    </div>
  );
}
