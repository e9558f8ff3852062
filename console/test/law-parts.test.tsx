import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactNode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Assessment, LawInfo, Question } from '../src/api/law-types';
import type { AlertView, BasisChoice } from '../src/api/types';
import { ProblemNotice } from '../src/components/problem-notice';
import { BasisForm, type Matter } from '../src/law/basis-form';
import { PathwayCard } from '../src/law/pathway-card';
import { RelationTable } from '../src/law/relation-table';
import WorldMap from '../src/map/world-map';
import { AlertActions } from '../src/parts/alert-actions';
import { useSession } from '../src/session/session';
import { answers } from './mock-law.mjs';
import { node, show, stubNode } from './render';

const info: LawInfo = {
  data_set: 'shipped',
  dated: '2026-11-21',
  sets: [],
  instruments: [{ code: 'HAGUE_1980', title: 'Hague' }],
  needs: ['police_intelligence', 'evidence'],
  places: ['ES', 'FR', 'MA'],
};
const question: Question = { from: 'ES', to: 'FR', need: 'evidence', on: '2026-11-21', facts: {} };

beforeEach(() => void stubNode({ '/api/v1/node': node }));

describe('a pathway', () => {
  const first = answers(question).pathways[0]!;
  const card = () => show(<PathwayCard pathway={first} info={info} events={[]} onHappened={() => {}} />);

  it('says its answer in a word, since when, and by which rule', () => {
    card();
    const text = screen.getByRole('article').textContent ?? '';
    expect(text).toContain('✓In force');
    expect(text).toContain('In force since 1 September 1991');
    expect(text).toContain('art. 38(4)');
  });

  it('unfolds to its sources, and what is of low confidence is to be confirmed', async () => {
    card();
    const button = screen.getByRole('button', { name: 'What the request must contain (3)' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    await userEvent.click(button);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    const low = screen.getByText('grounds on which the applicant bases the claim for return').closest('li')!;
    expect(low.textContent).toContain('To be confirmed');
    expect(screen.getByText('identity of the applicant').closest('li')?.textContent).not.toContain('To be confirmed');
  });

  it('does not say again what the node knows already, such as the birth', async () => {
    const happened = vi.fn();
    const [begins] = first.deadlines;
    const known = { ...first, deadlines: [{ ...begins!, trigger_text: 'birth', started: '2015-03-09' }] };
    show(<PathwayCard pathway={known} info={info} events={[]} onHappened={happened} />);
    await userEvent.click(screen.getByRole('button', { name: 'Deadlines (1)' }));
    expect((screen.getByLabelText('birth') as HTMLInputElement).value).toBe('2015-03-09');
    await userEvent.click(screen.getByRole('button', { name: 'Compute the dates' }));
    expect(happened).toHaveBeenCalledWith([]);
  });

  it('hands on the days of what happened, beside those of other pathways', async () => {
    const happened = vi.fn();
    const other = { event: 'elsewhere', at: '2026-01-01' };
    show(<PathwayCard pathway={first} info={info} events={[other]} onHappened={happened} />);
    await userEvent.click(screen.getByRole('button', { name: 'Deadlines (2)' }));
    await userEvent.type(screen.getByLabelText('commencement of return proceedings'), '2026-09-01');
    await userEvent.click(screen.getByRole('button', { name: 'Compute the dates' }));
    expect(happened).toHaveBeenCalledWith([other, { event: 'proceedings_begun', at: '2026-09-01' }]);
  });
});

describe('the relations of a state', () => {
  const list = {
    of: 'FR',
    relations: [
      { place: 'MA', state: 'unknown' as const },
      { place: 'ES', state: 'in_force' as const, since: '1987-09-01' },
    ],
  };

  it('stand in a table that says how it is sorted', async () => {
    show(<RelationTable list={list} caption="c" chosen="" choose={() => {}} />);
    const names = () => screen.getAllByRole('rowheader').map((cell) => cell.textContent);
    expect(names()).toEqual(['Spain ES', 'Morocco MA']);
    await userEvent.click(screen.getByRole('button', { name: /^State/ }));
    expect(names()).toEqual(['Morocco MA', 'Spain ES']);
    expect(screen.getByRole('columnheader', { name: /^State/ }).getAttribute('aria-sort')).toBe('ascending');
  });

  it('are read out on the map with their answers, and chosen by keyboard', async () => {
    const choose = vi.fn();
    const map = new Map(list.relations.map(({ place, state }) => [place, state]));
    const nameOf = (code: string) => ({ MA: 'Morocco', ES: 'Spain', FR: 'France' })[code] ?? code;
    show(<WorldMap label="Map" answers={map} chosen={['FR']} onChoose={choose} nameOf={nameOf} />);
    expect(screen.getByRole('option', { name: 'Morocco: Unknown' })).toBeTruthy();
    const spain = screen.getByRole('option', { name: 'Spain: In force' });
    screen.getByRole('listbox').focus();
    await userEvent.keyboard('s');
    while (screen.getByRole('listbox').getAttribute('aria-activedescendant') !== spain.id)
      await userEvent.keyboard('s');
    await userEvent.keyboard('{Enter}');
    expect(choose).toHaveBeenCalledWith('ES');
  });

  it('are told apart without colour', () => {
    const map = new Map([
      ['MA', 'unknown' as const],
      ['DK', 'not_in_force' as const],
    ]);
    show(<WorldMap label="Map" answers={map} chosen={[]} onChoose={() => {}} nameOf={(code) => code} />);
    const fills = ['MA: Unknown', 'DK: Not in force'].map((name) =>
      screen.getByRole('option', { name }).getAttribute('fill'),
    );
    expect(fills[0]).toMatch(/^url\(#.*-unknown\)$/);
    expect(fills[1]).toMatch(/^url\(#.*-not_in_force\)$/);
  });
});

const matter: Matter = { kind: 'information', purpose: 'exercise', to: ['FR-NCB'] };

function Written({ start }: { start: BasisChoice }) {
  const [basis, setBasis] = useState(start);
  return (
    <>
      <BasisForm basis={basis} onChange={setBasis} matter={matter} />
      <output>{JSON.stringify(basis)}</output>
    </>
  );
}

/** Shows it once it is known who looks. */
function Known({ children }: { children: () => ReactNode }) {
  const { known } = useSession();
  return known.state === 'in' ? children() : null;
}

describe('the basis of a message', () => {
  const officer = { id: '1', name: 'n', display_name: 'N', role: 'officer', authority: 'ES-NCB' };
  const assessed = (verdict: Assessment['verdict']): Assessment => ({
    verdict,
    reasons: [{ key: 'k', text: 'because' }],
    data_set: 'shipped',
  });
  const write = (verdict: Assessment['verdict'], start: BasisChoice) => {
    stubNode({
      '/api/v1/node': node,
      '/api/v1/session': { officer, expires_at: '2027-01-01T00:00:00Z' },
      '/api/v1/law': { ...info, places: [] },
      '/api/v1/law/check?language=en': assessed(verdict),
      '/api/v1/law/pathways?language=en': answers({ ...question, to: 'FR' }),
    });
    show(<Known>{() => <Written start={start} />}</Known>);
  };

  it('that is supported asks for no reason, and forgets one that was given', async () => {
    write('supported', { instrument: 'HAGUE_1980', article: '7', reason: 'left over' });
    expect(await screen.findByText('Supported')).toBeTruthy();
    expect(screen.queryByLabelText('Reason for going on')).toBeNull();
    await waitFor(() => expect(screen.getByText(/^\{/).textContent).not.toContain('left over'));
  });

  it('that is unknown needs a reason', async () => {
    write('unknown', { instrument: 'HAGUE_1980', article: '7' });
    const reason = await screen.findByLabelText('Reason for going on');
    expect((reason as HTMLTextAreaElement).required).toBe(true);
    expect(screen.getByText('because')).toBeTruthy();
  });

  it('that is contradicted takes an authorisation, and says how to come by one', async () => {
    write('contradicted', { instrument: 'HAGUE_1980', article: '7' });
    const field = await screen.findByLabelText('Authorisation');
    expect(screen.queryByLabelText('Reason for going on')).toBeNull();
    expect(screen.getByText(/ask a releasing officer of your authority/)).toBeTruthy();
    expect(screen.getByText('HAGUE_1980 · 7 · FR-NCB')).toBeTruthy();
    await userEvent.type(field, 'id-1');
    expect(screen.getByText(/^\{/).textContent).toContain('"authorisation":"id-1"');
  });

  it('is filled by picking a pathway', async () => {
    write('supported', { instrument: '', article: '' });
    const pick = await screen.findByRole('button', { name: 'Use Hague Child Abduction Convention 1980' });
    expect(pick.closest('li')?.textContent).toContain('France ✓In force');
    await userEvent.click(pick);
    expect(screen.getByText(/^\{/).textContent).toBe('{"instrument":"HAGUE_1980","article":"8"}');
  });
});

it('the rows of a data set that cannot be taken are shown with file, line and reason', () => {
  const faults = [
    { file: 'grounds', line: 14, reason: 'no such code' },
    { file: 'grounds', line: 0, reason: 'no header' },
  ];
  show(<ProblemNotice problem={{ type: '', title: 't', status: 422, code: 'set_refused', faults }} />);
  const rows = screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
  expect(rows).toEqual(['grounds14no such code', 'grounds—no header']);
});

describe('an alert whose basis the node no longer lets go by itself', () => {
  const officer = { id: '2', name: 'm', display_name: 'M', role: 'releasing_officer', authority: 'ES-NCB' };
  const alert = { id: 'a', direction: 'outgoing', state: 'raised', raised_by: 'N' } as unknown as AlertView;
  const refusal = {
    title: 'x',
    status: 422,
    code: 'legal_basis_refused',
    needs: 'authorisation',
    reasons: [{ key: 'k', text: 'denounced' }],
  };

  it('asks for what the node wants, and sends it along', async () => {
    const sent: unknown[] = [];
    const answer = async (path: string, init?: RequestInit) => {
      if (path.endsWith('/session')) return Response.json({ officer, expires_at: '2027-01-01T00:00:00Z' });
      if (!path.endsWith('/release')) return Response.json(node);
      sent.push(JSON.parse(String(init?.body)));
      return sent.length === 1
        ? Response.json(refusal, { status: 422, headers: { 'content-type': 'application/problem+json' } })
        : Response.json(alert);
    };
    vi.stubGlobal('fetch', vi.fn(answer));
    const changed = vi.fn();
    show(<Known>{() => <AlertActions alert={alert} onChange={changed} />}</Known>);
    await userEvent.click(await screen.findByRole('button', { name: 'Release' }));
    const field = await screen.findByLabelText('Authorisation');
    expect(screen.getByText('denounced')).toBeTruthy();
    await userEvent.type(field, 'id-1');
    await userEvent.click(screen.getByRole('button', { name: 'Release' }));
    expect(sent).toEqual([{}, { authorisation: 'id-1' }]);
    expect(changed).toHaveBeenCalledWith(alert);
  });
});
