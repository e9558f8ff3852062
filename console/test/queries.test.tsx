import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Budget, Claim, ClaimedEntry, ClaimedHandle, HandleState, Lead, Query } from '../src/api/queries-types';
import { BudgetTable } from '../src/matching/budget-table';
import { groupsOf } from '../src/matching/handle-groups';
import { isSweep, paddedSize, selectorsOf } from '../src/matching/question';
import { QueryContent } from '../src/pages/query';
import { node, show, stubNode } from './render';

beforeEach(() => void stubNode({ '/api/v1/node': node }));

const SIZES = [16, 64, 256];
const budget = (left: number): Budget => ({
  sizes: SIZES,
  sweep_threshold: 64,
  holders: [
    { authority: 'FR-NCB', publishes: true, left: { authority_per_day: 9000, case_per_day: left } },
    { authority: 'MA-NCB', publishes: false },
  ],
});

describe('a question', () => {
  it('takes one identifier a line and leaves out empty ones', () => {
    expect(selectorsOf('email', ' a@b.example \n\n c@d.example')).toEqual([
      { kind: 'email', value: 'a@b.example' },
      { kind: 'email', value: 'c@d.example' },
    ]);
  });

  it('looks as large as the next size, and has none beyond the largest', () => {
    expect([1, 16, 17, 256].map((count) => paddedSize(SIZES, count))).toEqual([16, 16, 64, 256]);
    expect(paddedSize(SIZES, 257)).toBeUndefined();
  });

  it('is a sweep by its padded size, not by the true one', () => {
    expect(isSweep(budget(1), 64)).toBe(false);
    expect(isSweep(budget(1), 65)).toBe(true);
    expect(isSweep(null, 1000)).toBe(false);
  });
});

describe('the budget', () => {
  it('warns where the least that is left is less than the padded question', () => {
    const { again } = show(<BudgetTable budget={budget(15)} count={3} only={null} />);
    expect(screen.getByText('Not enough')).toBeTruthy();
    again(<BudgetTable budget={budget(16)} count={3} only={null} />);
    expect(screen.queryByText('Not enough')).toBeNull();
  });

  it('shows only the authorities that are asked', () => {
    show(<BudgetTable budget={budget(16)} count={3} only={['MA-NCB']} />);
    expect(screen.getAllByRole('row')).toHaveLength(2);
    expect(screen.getByText('does not answer such queries')).toBeTruthy();
  });
});

describe('a query', () => {
  const query: Query = {
    id: 'q',
    exchange: 'x',
    case: 'c',
    case_reference: 'ES-1',
    asked_by: 'L. Vidal',
    officer: 'ab'.repeat(16),
    why: 'telephones',
    state: 'asked',
    purpose: 'exercise',
    selectors: 2,
    count: 16,
    batch_sha256: 'cd'.repeat(32),
    asked_at: '2026-11-20T10:00:00Z',
    consented: false,
    holders: [
      {
        authority: 'FR-NCB',
        state: 'answered',
        hits: 1,
        changed_at: '2026-11-20T10:00:01Z',
        found: [{ handle: '1'.repeat(32), kind: 'phone', value: '+34600000001', state: 'found', changed_at: '2026-11-20T10:00:01Z' }],
      },
      { authority: 'MA-NCB', state: 'waiting', changed_at: '2026-11-20T10:00:00Z', found: [] },
    ],
  };

  it('says who has answered, with the hits, and who has not', () => {
    show(<QueryContent query={query} reload={() => {}} />);
    const [first, second] = screen.getAllByRole('listitem').filter((row) => row.className === 'upload');
    expect(first?.textContent).toContain('1 hit');
    expect(second?.textContent).toContain('Has not answered');
  });

  it('asks a holder about its hits only with a reason', async () => {
    const fetched = stubNode({ '/api/v1/node': node });
    show(<QueryContent query={query} reload={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Ask about the hit' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Ask' }));
    expect(fetched.mock.calls.filter(([, init]) => init?.method === 'POST')).toHaveLength(0);
  });

  it('shows a lead with what agrees and how often that happens, and asks about its keys alone', async () => {
    const fetched = stubNode({ '/api/v1/node': node });
    const [holder, ...others] = query.holders;
    const handles = ['5', '6'].map((digit) => digit.repeat(32));
    const lead: Lead = {
      subject: 's',
      name: { family: 'Bensaid', forename: 'Karim' },
      agree: 2,
      of: 9,
      bits: 18,
      one_in: 200_000,
      strength: 'fair',
      state: 'found',
      keys: handles.map((handle) => ({ handle, state: 'found', names: ['family', 'forename'], born: 'year', alias: false })),
      answers: [],
      notes: [],
    };
    const found = holder && { ...holder, hits: 3, leads: [lead] };
    show(<QueryContent query={{ ...query, holders: [...(found ? [found] : []), ...others] }} reload={() => {}} />);
    expect(screen.getByText('1 hit')).toBeTruthy();
    expect(screen.getByText('1 person may be known')).toBeTruthy();
    expect(screen.getByText(/2 of 9 keys agree.*200,000/)).toBeTruthy();
    expect(screen.getAllByText('sound of family name and forename, with year of birth')).toHaveLength(1);
    await userEvent.click(screen.getByRole('button', { name: 'Ask about this person' }));
    await userEvent.type(await screen.findByRole('textbox', { name: 'Why' }), 'the same sound');
    await userEvent.click(screen.getByRole('button', { name: 'Ask' }));
    const [, init] = fetched.mock.calls.find(([, one]) => one?.method === 'POST') ?? [];
    expect(JSON.parse(String(init?.body))).toEqual({ holder: 'FR-NCB', handles, why: 'the same sound' });
  });
});

describe('a claim', () => {
  const entry = (subject: string, kind: ClaimedEntry['kind'] = 'person_key') =>
    ({ case: 'c', reference: 'r', kind, subject, person: { id: subject, role: 'suspect' } }) as ClaimedEntry;
  const handle = (name: string, state: HandleState, ...entries: ClaimedEntry[]): ClaimedHandle => ({ handle: name, state, entries });

  it('brings the keys of one person together, and leaves identifiers and what stands otherwise apart', () => {
    const handles = [
      handle('1', 'open', entry('a')),
      handle('2', 'open', entry('b')),
      handle('3', 'open', entry('a')),
      handle('4', 'disclosed', entry('a')),
      handle('5', 'open', entry('a', 'phone')),
      handle('6', 'open', entry('a'), entry('b')),
    ];
    const groups = groupsOf({ handles } as Claim).map(({ all }) => all.map((one) => one.handle));
    expect(groups).toEqual([['1', '3'], ['2'], ['4'], ['5'], ['6']]);
  });
});
