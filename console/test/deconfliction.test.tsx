import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommonEntry, Deconfliction, DeconflictionState } from '../src/api/deconfliction-types';
import { CommonEntries } from '../src/matching/common-entries';
import { claimable, isOpen, mayDecline, mayWithdraw, ownEntries, waitsForConfirmation } from '../src/matching/deconfliction-rules';
import { Learnt } from '../src/matching/prepare-deconfliction';
import { DeconflictionContent } from '../src/pages/deconfliction';
import { DeconflictionLists } from '../src/pages/deconflictions';
import { node, show, stubNode } from './render';

const session = (role: string) => ({ officer: { id: 'o', name: 'a.b', display_name: 'A. B.', role, authority: 'ES-NCB' } });

beforeEach(() => void stubNode({ '/api/v1/node': node, '/api/v1/session': session('releasing_officer') }));

const entry = (state: CommonEntry['state'], n = 1): CommonEntry => ({
  handle: `${n}`.repeat(32),
  kind: 'phone',
  value: `+3460000000${n}`,
  persons: [{ case: 'c', reference: 'ES-7', subject: 's', name: { family: 'Muster', forename: 'Otto' } }],
  state,
  changed_at: '2026-11-20T10:00:00Z',
});

const one = (state: DeconflictionState, more: Partial<Deconfliction> = {}): Deconfliction => ({
  id: 'd',
  exchange: 'x',
  direction: 'offered',
  with: 'FR-NCB',
  state,
  scope: ['phone'],
  why: 'one network or two',
  purpose: 'exercise',
  marking: {
    handling: ['H0'],
    purpose: 'exercise',
    source: 'A',
    information: '1',
    onward: { rule: 'own_jurisdiction' },
    retain_until: '2030-01-01',
  },
  created_at: '2026-11-20T10:00:00Z',
  changed_at: '2026-11-20T10:00:00Z',
  attempts: 0,
  attempts_left: 3,
  found: [],
  ...more,
});

describe('what may be done', () => {
  const states: DeconflictionState[] = ['prepared', 'offered', 'received', 'accepting', 'accepted', 'running', 'finished', 'failed'];
  const which = (rule: (one: Deconfliction) => boolean) => states.filter((state) => rule(one(state)));

  it('is over when it is finished or has failed', () => {
    expect(which(isOpen)).toEqual(['prepared', 'offered', 'received', 'accepting', 'accepted', 'running']);
  });

  it('is confirmed where it was prepared here, declined where it came in, and withdrawn otherwise', () => {
    expect(which(waitsForConfirmation)).toEqual(['prepared', 'accepting']);
    expect(which(mayDecline)).toEqual(['received', 'accepting']);
    expect(which(mayWithdraw)).toEqual(['prepared', 'offered', 'accepted', 'running']);
  });

  it('asks only about entries that nobody has asked about', () => {
    expect(claimable([entry('found', 1), entry('claimed', 2), entry('found', 3)])).toEqual(['1'.repeat(32), '3'.repeat(32)]);
  });

  it('counts the entries of the kinds that are compared', () => {
    const limits = { accepts: true, entries: 9, sessions_per_day: 4, attempts: 3, own_padded: 16, members: [] };
    const own = [{ kind: 'phone' as const, entries: 5 }, { kind: 'email' as const, entries: 2 }];
    expect(ownEntries({ ...limits, own }, ['phone', 'iban'])).toBe(5);
    expect(ownEntries(null, ['phone'])).toBe(0);
  });
});

describe('the list', () => {
  it('keeps what others offer apart from what we offer, and says how much is in common', () => {
    show(<DeconflictionLists items={[one('finished', { matches: 2 }), one('received', { id: 'e', direction: 'received', why: 'asked' })]} />);
    const [received, offered] = screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.closest('section'));
    expect(within(received as HTMLElement).getByText('To decide')).toBeTruthy();
    expect(within(offered as HTMLElement).getByText('2 in common')).toBeTruthy();
  });
});

describe('one comparison', () => {
  it('says before a decision what the other authority learns', () => {
    show(<Learnt own={12} padded={64} />);
    expect(screen.getByText(/neither your cases nor your persons/)).toBeTruthy();
    expect(screen.getByRole('status').textContent).toContain('12');
  });

  it('shows the officers of both sides, and who is still missing', () => {
    show(<DeconflictionContent one={one('prepared', { prepared_by: 'A. B.' })} onChange={() => {}} reload={() => {}} />);
    expect(screen.getByText('A. B.')).toBeTruthy();
    expect(screen.getAllByText('Not yet')).toHaveLength(2);
  });

  it('shows common entries with our cases and asks about them with a reason only', async () => {
    const fetched = stubNode({ '/api/v1/node': node, '/api/v1/session': session('officer') });
    show(<CommonEntries one={one('finished', { found: [entry('found', 1), entry('declined', 2)] })} onClaimed={() => {}} />);
    expect(screen.getAllByText('ES-7')).toHaveLength(2);
    await userEvent.click(await screen.findByRole('button', { name: 'Ask about the hit' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Ask' }));
    expect(fetched.mock.calls.filter(([, init]) => init?.method === 'POST')).toHaveLength(0);
  });

  it('says that nothing is in common where there is nothing', () => {
    show(<CommonEntries one={one('finished', { matches: 0 })} onClaimed={() => {}} />);
    expect(screen.getByText(/No identifier of ours is known/)).toBeTruthy();
  });
});
