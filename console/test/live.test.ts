import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveStream, type LiveState } from '../src/api/live';

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = () => void (this.readyState = FakeSource.CLOSED);
  constructor() {
    super();
    FakeSource.opened.push(this);
  }
}

const last = () => FakeSource.opened.at(-1)!;

describe('the live stream', () => {
  beforeEach(() => {
    FakeSource.opened = [];
    vi.stubGlobal('EventSource', FakeSource);
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  function started() {
    const states: LiveState[] = [];
    const heard: unknown[] = [];
    const stream = new LiveStream((state) => states.push(state), () => new FakeSource() as unknown as EventSource);
    stream.subscribe((name, event) => heard.push([name, event]));
    stream.start();
    return { stream, states, heard };
  }

  it('hands on each event with what it is about', () => {
    const { heard } = started();
    const event = { act: 'receipted', about: { alert: 'a' }, at: '2026-11-21T00:00:00Z' };
    last().dispatchEvent(new MessageEvent('delivery', { data: JSON.stringify(event) }));
    expect(heard).toEqual([['delivery', event]]);
  });

  it('takes an event that it cannot read as a hint to read again, not as a fault', () => {
    const { heard } = started();
    last().dispatchEvent(new MessageEvent('hit', { data: 'garbage' }));
    expect(heard).toEqual([['hit', null]]);
  });

  it('has everybody read again after a gap, and not at the first opening', () => {
    const { states, heard } = started();
    last().onopen?.();
    last().onerror?.();
    last().onopen?.();
    expect(states).toEqual(['live', 'lost', 'live']);
    expect(heard).toEqual([['resync', null]]);
  });

  it('tries again by itself when the browser has given up', () => {
    started();
    last().readyState = FakeSource.CLOSED;
    last().onerror?.();
    vi.advanceTimersByTime(10_000);
    expect(FakeSource.opened).toHaveLength(2);
  });

  it('stays closed once it was stopped', () => {
    const { stream } = started();
    last().readyState = FakeSource.CLOSED;
    last().onerror?.();
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.opened).toHaveLength(1);
  });
});
