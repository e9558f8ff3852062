import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Found, Person } from '../src/api/matching-types';
import { FoundList } from '../src/matching/found-list';
import { PersonContent } from '../src/pages/person';
import { node, show, stubNode } from './render';

beforeEach(() => void stubNode({ '/api/v1/node': node }));

const subject = { id: 's', role: 'child' as const, name: { family: 'Sorel', forename: 'Nina' } };
const found: Found = {
  case: 'c',
  case_reference: 'FR-1',
  case_title: 'a matter',
  subject,
  reasons: [
    { field: 'birthplace', verdict: 'differs', why: 'other places', weight: -1.14 },
    { field: 'name', verdict: 'agrees', why: 'a rare name', weight: 7.06 },
  ],
  score: 5.9,
  likely: true,
  same_person: [],
};

describe('persons found', () => {
  it('shows what each reason weighs, with its sign, what agrees first', async () => {
    show(<FoundList found={[found]} chosen={[]} onChoose={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Reasons' }));
    const [, first, second] = screen.getAllByRole('row');
    expect(within(first!).getByText('+7.1')).toBeTruthy();
    expect(within(second!).getByText('-1.1')).toBeTruthy();
  });

  it('chooses and gives up a person, and never more than was clicked', async () => {
    const choose = vi.fn();
    const { again } = show(<FoundList found={[found]} chosen={[]} onChoose={choose} />);
    await userEvent.click(screen.getByRole('checkbox'));
    expect(choose).toHaveBeenLastCalledWith(['c/s']);
    again(<FoundList found={[found]} chosen={['c/s']} onChoose={choose} />);
    await userEvent.click(screen.getByRole('checkbox'));
    expect(choose).toHaveBeenLastCalledWith([]);
  });
});

describe('a merged person', () => {
  const person: Person = {
    subjects: [
      { case: 'c', case_reference: 'FR-1', case_title: 'a matter', subject },
      { case: 'd', case_reference: 'FR-2', case_title: 'another', subject: { ...subject, id: 't' } },
    ],
    merges: [
      { id: 'm', state: 'standing', subjects: [], reason: 'one passport', merged_by: 'L. Vidal', merged_at: '2026-11-01T10:00:00Z' },
    ],
    fields: [
      {
        field: 'nationalities',
        values: [
          { value: 'FR', sources: [0] },
          { value: 'ES', sources: [1] },
        ],
        disagrees: true,
      },
    ],
    disagreements: ['nationalities'],
  };

  it('shows every value with the case that gives it, and that they disagree', async () => {
    show(<PersonContent person={person} reload={() => {}} />);
    const row = (await screen.findByText('The records disagree')).closest('tr');
    expect(row?.textContent).toContain('France (FR-1)');
    expect(row?.textContent).toContain('Spain (FR-2)');
  });

  it('cannot be undone without a reason', async () => {
    const fetched = stubNode({ '/api/v1/node': node });
    show(<PersonContent person={person} reload={() => {}} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Undo the merge' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Undo the merge' }));
    expect(fetched.mock.calls.filter(([, init]) => init?.method === 'POST')).toHaveLength(0);
  });
});
