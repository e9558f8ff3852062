import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Custody, Item } from '../src/api/evidence-types';
import { DisposeItem } from '../src/evidence/dispose';
import { DigestPair } from '../src/evidence/digest';
import { ItemFacts } from '../src/evidence/item-facts';
import { Timeline } from '../src/evidence/timeline';
import { node, show, stubNode } from './render';

beforeEach(() => void stubNode({ '/api/v1/node': node }));

const at = (day: number) => `2026-11-${day}T10:00:00Z`;
const event = (by: string, number: number, day: number, act: Custody['events'][0]['event']['act']) => ({
  sha256: `${number}`.repeat(64).slice(0, 64),
  act: typeof act === 'string' ? act : Object.keys(act)[0]!,
  event: { by, officer: 'o', number, at: at(day), act, reason: `reason ${number}` },
});
const custody: Custody = {
  events: [
    event('FR-NCB', 0, 11, 'acquired'),
    event('FR-NCB', 3, 12, { transferred: { to: 'ES-NCB', keeps_copy: true } }),
  ],
  findings: [
    { by: 'FR-NCB', number: 3, what: 'events 1 to 2 are missing', is_break: true },
    { by: 'MA-NCB', number: 9, what: 'of an event that is not here', is_break: true },
    { by: 'FR-NCB', number: 3, what: 'offered and not accepted', is_break: false },
  ],
  holders: ['FR-NCB'],
};
const item = {
  id: 'i',
  case: 'c',
  state: 'held',
  exhibit: 'A-1',
  name: '<img src=x onerror=alert(1)>.png',
  size: 1000,
  taken_at: at(11),
  taken_by: 'officer x',
  manifest_sha256: 'ab'.repeat(32),
  manifest: null,
  custody,
} satisfies Item;

describe('the chain of custody', () => {
  it('shows a break at the event that shows it, and one whose event is missing before all', () => {
    show(<Timeline custody={custody} />);
    const [first, second] = screen.getAllByRole('listitem');
    expect(first?.textContent).not.toContain('Break in the chain');
    expect(second?.textContent).toContain('events 1 to 2 are missing');
    expect(second?.textContent).toContain('offered and not accepted');
    expect(screen.getByText('of an event that is not here').closest('li')).toBeNull();
  });

  it('counts breaks and what is open apart, in words', () => {
    const { again } = show(<Timeline custody={custody} />);
    expect(screen.getByText('2 breaks')).toBeTruthy();
    expect(screen.getByText('1 hand-over waits')).toBeTruthy();
    again(<Timeline custody={{ ...custody, findings: [] }} />);
    expect(screen.getByText('No break')).toBeTruthy();
  });

  it('says to whom an item was offered and whether a copy stays', async () => {
    show(<Timeline custody={custody} />);
    const second = screen.getAllByRole('listitem')[1]!;
    expect(within(second).getByText('ES-NCB')).toBeTruthy();
    expect(second.textContent).toContain('the giver keeps a copy');
  });
});

describe('an item', () => {
  it('is never shown as a picture, and its name is only text', () => {
    const { container } = show(<ItemFacts item={item} />);
    expect(container.querySelector('img, video, audio, iframe, object, embed')).toBeNull();
    const name = screen.getByText('<img src=x onerror=alert(1)>.png');
    expect(name.tagName).toBe('BDI');
    expect(name.closest('a')).toBeNull();
  });

  it('whose description is gone says so, and keeps the hash that its custody names', () => {
    const { container } = show(<ItemFacts item={item} />);
    expect(container.textContent).toContain('The description is not held here any more');
    expect(container.querySelector('.groups')?.textContent?.replaceAll(' ', '')).toBe(item.manifest_sha256);
  });
});

describe('what was received beside what was chosen', () => {
  const one = 'a'.repeat(64);

  it('is equal in a word', () => {
    show(<DigestPair chosen={one} received={one} />);
    expect(screen.getByText('Received = chosen')).toBeTruthy();
  });

  it('differs in a word, with the group that differs marked', () => {
    const { container } = show(<DigestPair chosen={one} received={`${'a'.repeat(63)}b`} />);
    expect(screen.getByText('Received ≠ chosen')).toBeTruthy();
    expect(container.querySelectorAll('.group-differs')).toHaveLength(2);
  });
});

describe('the end of an item', () => {
  async function said() {
    const onDone = vi.fn();
    show(<DisposeItem item={item} onDone={onDone} />);
    await userEvent.click(screen.getByRole('button', { name: 'Return or destroy' }));
    await userEvent.click(screen.getByRole('radio', { name: 'Destroyed' }));
    await userEvent.type(screen.getByRole('textbox', { name: 'How, and what proves it' }), 'keys');
    await userEvent.type(screen.getByRole('textbox', { name: 'Reason (recorded)' }), 'retention ended');
    await userEvent.click(screen.getByRole('button', { name: 'Next: confirm' }));
    return onDone;
  }
  const disposals = () =>
    vi.mocked(fetch).mock.calls.filter(([path]) => String(path).endsWith('/dispose')).map(([, init]) => init?.body);

  it('is not ordered before the exhibit number is typed', async () => {
    const onDone = await said();
    await userEvent.type(screen.getByRole('textbox', { name: /Type the exhibit number/ }), 'A-2');
    await userEvent.click(screen.getByRole('button', { name: 'Destroy for good' }));
    expect(screen.getByText('This is not the exhibit number of this item.')).toBeTruthy();
    expect(disposals()).toEqual([]);
    expect(onDone).not.toHaveBeenCalled();
  });

  it('is ordered once, with what was said', async () => {
    stubNode({ '/api/v1/node': node, '/api/v1/evidence/i/dispose': { event: 'e', epoch: 1, complete_after: at(30) } });
    const onDone = await said();
    await userEvent.type(screen.getByRole('textbox', { name: /Type the exhibit number/ }), 'A-1');
    await userEvent.click(screen.getByRole('button', { name: 'Destroy for good' }));
    await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    expect(disposals().map((body) => JSON.parse(String(body)))).toEqual([
      { act: { destroyed: { how: 'keys' } }, reason: 'retention ended' },
    ]);
  });
});
