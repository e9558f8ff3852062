import { describe, expect, it } from 'vitest';
import { dayAfter, formats, fromLocalInput, isSameOfficer, nameOf, partsOf, toLocalInput } from '../src/strings/format';

const clean = (text: string) => text.replaceAll(/[\u200e\u200f\u00a0\u202f]/g, ' ').trim();

describe('a span of time', () => {
  it('is cut into days, hours, minutes and seconds', () => {
    expect(partsOf(93_784_999)).toEqual({ days: 1, hours: 2, minutes: 3, seconds: 4 });
  });

  it('that is negative, because two clocks disagree, is none', () => {
    expect(partsOf(-5000)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
  });

  it('is shown as a clock with its days before it', () => {
    expect(formats('en-GB').span(93_784_000)).toBe('1 day 02:03:04');
    expect(formats('en-GB').span(64_000)).toBe('00:01:04');
    expect(clean(formats('fr').span(2 * 86_400_000))).toBe('2 j 00:00:00');
  });
});

describe('a date that is partly known', () => {
  it('is shown no more exactly than it is known', () => {
    expect(formats('en-GB').day('2017')).toBe('2017');
    expect(formats('en-GB').day('2017-05')).toBe('May 2017');
    expect(formats('fr').day('2017-05-14')).toBe('14 mai 2017');
  });

  it('does not slip to the day before in a western time zone', () => {
    expect(formats('en-GB').day('2017-01-01')).toBe('1 January 2017');
  });

  it('is left as it is when it is no date', () => {
    expect(formats('en-GB').day('soon')).toBe('soon');
  });
});

describe('a time', () => {
  it('that is absent or no time is shown as a dash', () => {
    expect(formats('en-GB').time(null)).toBe('—');
    expect(formats('en-GB').time('yesterday')).toBe('—');
  });

  it('goes through a local input and back without loss of a minute', () => {
    const time = Date.UTC(2026, 10, 21, 8, 5);
    expect(fromLocalInput(toLocalInput(time))).toBe('2026-11-21T08:05:00.000Z');
  });

  it('that is not written well is no time', () => {
    expect(fromLocalInput('')).toBeNull();
  });

  it('counts retention in calendar days', () => {
    expect(dayAfter(Date.UTC(2026, 11, 31, 23), 1)).toBe('2027-01-01');
  });
});

describe('names', () => {
  it('are written as notices write them', () => {
    expect(nameOf({ family: 'Sorel', forename: 'Nina' })).toBe('SOREL, Nina');
    expect(nameOf({ forename: 'Nina' })).toBe('Nina');
  });

  it('that were withdrawn are none', () => {
    expect(nameOf(null)).toBeNull();
    expect(nameOf({ family: '' })).toBeNull();
  });

  it('of an officer are recognised in each way a record gives them', () => {
    const me = { id: '7', name: 'l.vidal', display_name: 'Lucía Vidal' };
    expect(isSameOfficer('l.vidal', me)).toBe(true);
    expect(isSameOfficer('Lucía Vidal', me)).toBe(true);
    expect(isSameOfficer({ id: '7' }, me)).toBe(true);
    expect(isSameOfficer('m.prado', me)).toBe(false);
    expect(isSameOfficer(null, me)).toBe(false);
  });
});

it('codes of states and languages are shown by name, unknown ones as they are', () => {
  expect(formats('es').state('MA')).toBe('Marruecos');
  expect(formats('en-GB').state('nonsense')).toBe('nonsense');
});
