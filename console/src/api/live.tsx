import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { LIVE_EVENTS, type LiveEvent, type LiveEventName } from './types';

/** `event` is null after a gap: whoever shows data should read it again. */
type Listener = (name: LiveEventName | 'resync', event: LiveEvent | null) => void;
export type LiveState = 'connecting' | 'live' | 'lost';

const RETRY_AFTER_MS = 4000;

/** One stream of server-sent events for the whole console; the browser resumes it by `Last-Event-ID` on its own. */
export class LiveStream {
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<Listener>();
  private wasLost = false;
  private readonly onState: (state: LiveState) => void;
  private readonly open: () => EventSource;

  constructor(onState: (state: LiveState) => void, open = () => new EventSource('/api/v1/events')) {
    this.onState = onState;
    this.open = open;
  }

  start(): void {
    const source = this.open();
    this.source = source;
    source.onopen = () => this.opened();
    source.onerror = () => this.failed(source);
    for (const name of LIVE_EVENTS) source.addEventListener(name, (event) => this.told(name, event));
  }

  stop(): void {
    clearTimeout(this.retry);
    this.source?.close();
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private opened(): void {
    this.onState('live');
    if (this.wasLost) this.tell('resync', null);
    this.wasLost = false;
  }

  /** A browser gives up for good after an answer other than 200; we do not. */
  private failed(source: EventSource): void {
    this.wasLost = true;
    this.onState('lost');
    if (source.readyState !== EventSource.CLOSED) return;
    this.retry = setTimeout(() => this.start(), RETRY_AFTER_MS);
  }

  private told(name: LiveEventName, event: MessageEvent<string>): void {
    this.tell(name, parse(event.data));
  }

  private tell(name: LiveEventName | 'resync', event: LiveEvent | null): void {
    for (const listener of this.listeners) listener(name, event);
  }
}

function parse(data: string): LiveEvent | null {
  try {
    return JSON.parse(data) as LiveEvent;
  } catch {
    return null;
  }
}

const LiveContext = createContext<{ stream: LiveStream | null; state: LiveState }>({
  stream: null,
  state: 'connecting',
});

export function LiveProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<LiveState>('connecting');
  const stream = useMemo(() => new LiveStream(setState), []);
  useEffect(() => {
    stream.start();
    return () => stream.stop();
  }, [stream]);
  const value = useMemo(() => ({ stream, state }), [stream, state]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export const useLiveState = (): LiveState => useContext(LiveContext).state;
export const useLiveStream = (): LiveStream | null => useContext(LiveContext).stream;
