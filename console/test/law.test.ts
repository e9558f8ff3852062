import { describe, expect, it } from 'vitest';
import world from 'virtual:world';
import type { LawAnswers, Pathway } from '../src/api/law-types';
import { proposalsFrom } from '../src/law/proposals';
import { draftOf, eventsOf, queryOf, questionOf } from '../src/law/question';
import { sorted } from '../src/law/relation-table';
import { distinct } from '../src/law/sources';
import { wholeDay } from '../src/law/use-check';
import { landByLetter, nextLand, viewAround } from '../src/map/directions';
import { formats } from '../src/strings/format';

const asked =
  'from=FR&to=CA-AB&need=return_of_abducted_child&on=2026-11-21&event=2026-11-01&born=2015-03-09&decision=no&years=4';

describe('a question in the address of a page', () => {
  it('is read back as it was written', () => {
    const query = new URLSearchParams(`${asked}&happened=a~2026-01-02&happened=b~2026-01-03T10:00:00Z`);
    const again = queryOf(draftOf(query, 'x'), eventsOf(query));
    expect(questionOf(again)).toEqual(questionOf(query));
    expect(questionOf(query)).toEqual({
      from: 'FR',
      to: 'CA-AB',
      need: 'return_of_abducted_child',
      on: '2026-11-21',
      event: '2026-11-01',
      facts: {
        child_born: '2015-03-09',
        enforceable_decision: false,
        highest_penalty_years: 4,
        events: [
          { event: 'a', at: '2026-01-02' },
          { event: 'b', at: '2026-01-03T10:00:00Z' },
        ],
      },
    });
  });

  it('is none while a state, the need or the day is missing', () => {
    for (const name of ['from', 'to', 'need', 'on']) {
      const query = new URLSearchParams(asked);
      query.delete(name);
      expect(questionOf(query), name).toBeNull();
    }
  });

  it('says nothing that the officer did not say', () => {
    const bare = questionOf(new URLSearchParams('from=FR&to=MA&need=evidence&on=2026-11-21'));
    expect(bare).toEqual({ from: 'FR', to: 'MA', need: 'evidence', on: '2026-11-21', facts: {} });
  });

  it('leaves out an event that is badly written', () => {
    expect(eventsOf(new URLSearchParams('happened=~2026-01-01&happened=a~&happened=a'))).toEqual([]);
  });
});

describe('the map', () => {
  const land = (code: string) => world.lands.find((one) => one.code === code)!;
  const coded = world.lands.filter(({ code }) => code !== null);

  it('has each code once, and the small states and territories that matter here', () => {
    const codes = coded.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(expect.arrayContaining(['MT', 'MC', 'SG', 'HK', 'MO', 'XK', 'DK', 'AU', 'GB']));
    expect(codes.length).toBeGreaterThan(230);
  });

  it('marks what is too small to be pointed at', () => {
    expect([land('MT').small, land('MC').small, land('FR').small]).toEqual([true, true, false]);
  });

  it('lies within its drawing', () => {
    for (const { x, y, code } of coded) {
      expect(x >= 0 && x <= world.width, code ?? '').toBe(true);
      expect(y >= 0 && y <= world.height, code ?? '').toBe(true);
    }
  });

  it('leads to the neighbour that an arrow points to', () => {
    expect(nextLand(coded, land('PT'), 'ArrowRight').code).toBe('ES');
    expect(nextLand(coded, land('ES'), 'ArrowDown').y).toBeGreaterThan(land('ES').y);
    const eastmost = coded.reduce((a, b) => (b.x > a.x ? b : a));
    expect(nextLand(coded, eastmost, 'ArrowRight')).toBe(eastmost);
  });

  it('leads by a letter from name to name, and round again', () => {
    const three = ['FR', 'FI', 'ES'].map(land);
    const nameOf = (code: string) => ({ FR: 'France', FI: 'Finland', ES: 'España' })[code] ?? '';
    expect(landByLetter(three, land('FI'), 'f', nameOf).code).toBe('FR');
    expect(landByLetter(three, land('FR'), 'F', nameOf).code).toBe('FI');
    expect(landByLetter(three, land('FR'), 'e', nameOf).code).toBe('ES');
    expect(landByLetter(three, land('FR'), 'z', nameOf).code).toBe('FR');
  });

  it('never shows what lies beyond its edge', () => {
    expect(viewAround({ width: 100, height: 50 }, 1, 90, 40)).toBe('0 0 100 50');
    expect(viewAround({ width: 100, height: 50 }, 2, 90, 40)).toBe('50 25 50 25');
    expect(viewAround({ width: 100, height: 50 }, 4, 50, 25)).toBe('37.5 18.8 25 12.5');
  });
});

describe('the table of relations', () => {
  const rows = [
    { place: 'MA', name: 'Morocco', state: 'unknown' as const },
    { place: 'ES', name: 'Spain', state: 'in_force' as const, since: '1987-09-01' },
    { place: 'AT', name: 'Austria', state: 'in_force' as const, since: '1988-10-01' },
    { place: 'DK', name: 'Denmark', state: 'not_in_force' as const },
  ];
  const order = (by: 'name' | 'answer' | 'since', descending = false) =>
    sorted(rows, { by, descending }, 'en').map(({ place }) => place);

  it('is sorted by name, by answer or by date, with names to decide between equals', () => {
    expect(order('name')).toEqual(['AT', 'DK', 'MA', 'ES']);
    expect(order('name', true)).toEqual(['ES', 'MA', 'DK', 'AT']);
    expect(order('answer')).toEqual(['AT', 'ES', 'MA', 'DK']);
    expect(order('since')).toEqual(['ES', 'AT', 'DK', 'MA']);
  });

  it('keeps what has no date last, whichever way it is sorted', () => {
    expect(order('since', true)).toEqual(['AT', 'ES', 'DK', 'MA']);
  });
});

describe('the pathways proposed for a message', () => {
  const pathway = (instrument: string, priority: number, usable: Pathway['usable'], articles: string[] = []) =>
    ({
      instrument,
      priority,
      usable,
      contents: articles.map((article) => ({ instrument, article })),
    }) as unknown as Pathway;
  const answers = (to: string, pathways: Pathway[]) => ({ question: { to }, pathways }) as unknown as LawAnswers;

  it('begin with what is in force towards every receiver', () => {
    const found = proposalsFrom([
      answers('ES', [pathway('BRUSSELS_IIB', 1, 'in_force'), pathway('HAGUE_1980', 2, 'in_force')]),
      answers('MA', [pathway('HAGUE_1980', 2, 'in_force'), pathway('BRUSSELS_IIB', 1, 'not_in_force')]),
    ]);
    expect(found.map(({ instrument }) => instrument)).toEqual(['HAGUE_1980', 'BRUSSELS_IIB']);
    expect(found[1]?.towards).toEqual([
      { state: 'ES', usable: 'in_force' },
      { state: 'MA', usable: 'not_in_force' },
    ]);
  });

  it('leave out what leads to some receivers only', () => {
    const found = proposalsFrom([answers('ES', [pathway('EIO', 1, 'in_force')]), answers('MA', [])]);
    expect(found).toEqual([]);
  });

  it('offer each article once, by its number alone', () => {
    const [found] = proposalsFrom([answers('ES', [pathway('HAGUE_1980', 1, 'in_force', ['8(2)(a)', '8(3)', '24'])])]);
    expect(found?.articles).toEqual(['8', '24']);
  });
});

it('a row that several answers rest on is shown once', () => {
  const cite = { table: 't', line: 2, source: 's', confidence: 'high' as const, set: 'a' };
  expect(distinct([cite, { ...cite }, { ...cite, line: 3 }, { ...cite, set: 'b' }])).toHaveLength(3);
});

it('a birth that is not known to the day decides no age limit', () => {
  expect([wholeDay('2015-03-09'), wholeDay('2015-03'), wholeDay(null)]).toEqual(['2015-03-09', undefined, undefined]);
});

it('an instant is shown by the clocks of the zone that is bound, and a day as the day that it is', () => {
  const { moment } = formats('en-GB');
  expect(moment('2026-11-21T23:30:00Z', 'Europe/Paris')).toContain('22 November 2026');
  expect(moment('2026-11-21', 'Pacific/Auckland')).toBe('21 November 2026');
  expect(moment('2026-11-21T23:30:00Z', 'No/Such')).toContain('21 November 2026');
});
