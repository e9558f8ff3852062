import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Delivery, HitView, Subject } from '../src/api/types';
import { Deliveries, shownState } from '../src/components/deliveries';
import { ProblemNotice } from '../src/components/problem-notice';
import { ReasonsTable } from '../src/components/reasons-table';
import { SubjectCard } from '../src/components/subject-card';
import { show } from './render';

const ours: Subject = {
  id: '1',
  role: 'witness',
  name: { family: 'Tamarín', forename: 'Óscar' },
  born: '1981-02-09',
  selectors: [{ kind: 'phone', value: '+34600000001' }],
};
const theirs: Subject = { ...ours, id: '2', role: 'alleged_taker', name: { family: 'Tamarin' }, born: '1981-02' };
const hit: Pick<HitView, 'reasons' | 'ours' | 'theirs'> = {
  ours,
  theirs,
  reasons: [
    { field: 'plate', verdict: 'silent', why: 'we hold no plate' },
    { field: 'born', verdict: 'agrees', why: 'the month holds the day', weight: 3.42 },
    { field: 'name', verdict: 'near', why: 'accents' },
  ],
};

describe('the reasons of a hit', () => {
  it('stand ours beside theirs, with the finding in words', () => {
    show(<ReasonsTable hit={hit} />);
    const row = screen.getByRole('row', { name: /^Born/ });
    expect(within(row).getAllByRole('cell').map((cell) => cell.textContent)).toEqual([
      '=Agrees',
      '9 February 1981',
      'February 1981',
      '+3.4',
      'the month holds the day',
    ]);
  });

  it('begin with what agrees and end with what is silent', () => {
    show(<ReasonsTable hit={hit} />);
    const fields = screen.getAllByRole('rowheader').map((cell) => cell.textContent);
    expect(fields).toEqual(['Born', 'Name', 'Plate']);
  });

  it('say where a record holds nothing', () => {
    show(<ReasonsTable hit={hit} />);
    const row = screen.getByRole('row', { name: /^Plate/ });
    expect(within(row).getAllByText('nothing recorded')).toHaveLength(2);
  });

  it('show a field that this console does not know by its code', () => {
    show(<ReasonsTable hit={{ ...hit, reasons: [{ field: 'gait', verdict: 'differs', why: 'w' }] }} />);
    expect(screen.getByRole('rowheader').textContent).toBe('gait');
  });
});

describe('the state of a delivery', () => {
  const queued: Delivery = { authority: 'FR-NCB', state: 'queued' };
  const receipted: Delivery = { authority: 'FR-NCB', state: 'receipted', milliseconds: 41 };

  it('is withdrawn once the recipient has signed that', () => {
    expect(shownState({ state: 'receipted', withdrawn_at: '2026-11-21T00:00:00Z' })).toBe('withdrawn');
    expect(shownState({ state: 'receipted', withdrawn_at: null })).toBe('receipted');
  });

  it('shows how long the receipt took', () => {
    show(<Deliveries deliveries={[receipted]} label="Recipients" />);
    expect(screen.getByRole('listitem').textContent).toContain('Receipted41 ms');
  });

  it('tells why it has not come through, while it has not', () => {
    const stuck: Delivery = { ...queued, attempts: 7, last_fault: 'no answer' };
    const { again } = show(<Deliveries deliveries={[stuck]} label="Recipients" />);
    expect(screen.getByText(/After 7 attempts/).textContent).toContain('no answer');
    again(<Deliveries deliveries={[{ ...stuck, ...receipted }]} label="Recipients" />);
    expect(screen.queryByText(/After 7 attempts/)).toBeNull();
  });

  it('is read out politely when it moves, and only then', async () => {
    const { again } = show(<Deliveries deliveries={[queued]} label="Recipients" />);
    const region = screen.getByRole('status');
    expect(region.textContent).toBe('');
    await screen.findByText('NCB Paris');
    again(<Deliveries deliveries={[receipted]} label="Recipients" />);
    expect(region.textContent).toBe('NCB Paris: Receipted.');
  });
});

describe('a photograph', () => {
  const picture = { media_type: 'image/png', base64: 'AAAA' };

  it('is neither asked for nor shown until the officer asks', async () => {
    const fetchPhotograph = vi.fn(async () => ({ ...ours, photograph: picture }));
    show(<SubjectCard subject={{ ...ours, photograph: picture }} fetchPhotograph={fetchPhotograph} />);
    expect(screen.queryByAltText('Photograph of this person')).toBeNull();
    expect(fetchPhotograph).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Show photograph' }));
    expect(screen.getByAltText('Photograph of this person').getAttribute('src')).toBe('data:image/png;base64,AAAA');
    await userEvent.click(screen.getByRole('button', { name: 'Hide photograph' }));
    expect(screen.queryByAltText('Photograph of this person')).toBeNull();
  });

  it('that does not exist is said not to exist', async () => {
    show(<SubjectCard subject={ours} fetchPhotograph={async () => ours} />);
    await userEvent.click(screen.getByRole('button', { name: 'Show photograph' }));
    expect(screen.getByText('There is no photograph.')).toBeTruthy();
  });
});

describe('a problem', () => {
  it('is shown with detail, what is missing, and the request to quote', () => {
    const problem = {
      type: '',
      title: 'whatever',
      status: 422,
      code: 'alert_incomplete',
      detail: 'add these',
      request_id: 'r-9',
      missing: ['child_born', 'something_new'],
    };
    show(<ProblemNotice problem={problem} />);
    const notice = screen.getByRole('alert');
    expect(notice.textContent).toContain('The alert is not complete yet');
    expect(notice.textContent).toContain('add these');
    expect(notice.textContent).toContain('r-9');
    expect(within(notice).getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      "The child's date of birth, at least the year",
      'something_new',
    ]);
  });

  it('that the catalogue does not know keeps the words of the node', () => {
    show(<ProblemNotice problem={{ type: '', title: 'Disk full', status: 507, code: 'disk_full' }} />);
    expect(screen.getByRole('alert').textContent).toBe('Disk full');
  });
});
