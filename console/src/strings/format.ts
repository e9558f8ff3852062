import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import type { OfficerRef, PersonName } from '../api/types';

/** A span of time cut into whole days, hours, minutes and seconds; a negative span is none. */
export function partsOf(milliseconds: number): { days: number; hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  return {
    days: Math.floor(total / 86400),
    hours: Math.floor((total % 86400) / 3600),
    minutes: Math.floor((total % 3600) / 60),
    seconds: total % 60,
  };
}

/** `family, forename`, as notices write a person; null when nothing is known or all was withdrawn. */
export function nameOf(name: PersonName | null | undefined): string | null {
  const parts = [name?.family?.toUpperCase(), name?.forename].filter((part) => part);
  return parts.length === 0 ? null : parts.join(', ');
}

export function officerName(officer: OfficerRef | null | undefined): string | null {
  if (officer == null || typeof officer === 'string') return officer || null;
  return officer.display_name ?? officer.name ?? officer.id;
}

/** Is this record about the officer who looks at it? Records may name an officer by id or by either name. */
export function isSameOfficer(
  record: OfficerRef | null | undefined,
  me: { id: string; name: string; display_name: string },
): boolean {
  if (record == null) return false;
  const named = typeof record === 'string' ? record : record.id;
  return [me.id, me.name, me.display_name].includes(named);
}

/** `YYYY-MM-DD` of the day that lies `days` after `now`, in UTC: retention dates are calendar days. */
export function dayAfter(now: number, days: number): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

/** What an `input type="datetime-local"` takes, in the officer's own time zone. */
export function toLocalInput(time: number): string {
  const zone = new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - zone).toISOString().slice(0, 16);
}

/** ... and back to RFC 3339; null when it is no time. */
export function fromLocalInput(text: string): string | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

export interface Formats {
  time: (rfc3339: string | null | undefined) => string;
  day: (partialDate: string | null | undefined) => string;
  /** A day, or an instant as the clocks of a zone show it. */
  moment: (text: string | null | undefined, zone?: string | null) => string;
  span: (milliseconds: number) => string;
  milliseconds: (value: number) => string;
  /** An amount of data, in decimal units. */
  bytes: (value: number) => string;
  /** ... to the byte. */
  exactBytes: (value: number) => string;
  number: (value: number) => string;
  percent: (value: number) => string;
  /** Bits of evidence: one decimal, always with the sign. */
  weight: (bits: number) => string;
  state: (iso: string) => string;
  language: (code: string) => string;
  list: (items: string[]) => string;
}

export function useFormats(): Formats {
  const intl = useIntl();
  return useMemo(() => formats(intl.locale), [intl.locale]);
}

export function formats(locale: string): Formats {
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false });
  const day = new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'short' });
  const weight = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const ms = new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const list = new Intl.ListFormat(locale);
  const states = new Intl.DisplayNames(locale, { type: 'region' });
  return {
    time: (text) => (text && !Number.isNaN(Date.parse(text)) ? full.format(new Date(text)) : '—'),
    day: (text) => (text ? partialDate(locale, text) : '—'),
    moment: (text, zone) => (text ? momentIn(locale, text, zone) : '—'),
    span: (value) => {
      const { days, hours, minutes, seconds } = partsOf(value);
      const clock = [hours, minutes, seconds].map((n) => two.format(n)).join(':');
      return days > 0 ? `${day.format(days)} ${clock}` : clock;
    },
    milliseconds: (value) => ms.format(value),
    bytes: (value) => amount(locale, value),
    exactBytes: (value) => new Intl.NumberFormat(locale, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(value),
    number: (value) => new Intl.NumberFormat(locale).format(value),
    weight: (bits) => weight.format(bits),
    percent: (value) => new Intl.NumberFormat(locale, { style: 'percent' }).format(value),
    state: (iso) => nameFrom(states, iso),
    language: (code) => nameFrom(new Intl.DisplayNames(locale, { type: 'language' }), code),
    list: (items) => list.format(items),
  };
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function amount(locale: string, bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const shown = {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  } as const;
  return new Intl.NumberFormat(locale, shown).format(bytes / 1000 ** step);
}

/** A date known to the day, to the month or only to the year; shown no more exactly than it is known. */
function partialDate(locale: string, text: string): string {
  const [year, month, day] = text.split('-').map(Number);
  if (year === undefined || Number.isNaN(year)) return text;
  const options: Intl.DateTimeFormatOptions = { year: 'numeric', timeZone: 'UTC', calendar: 'gregory' };
  if (month !== undefined) options.month = 'long';
  if (day !== undefined) options.day = 'numeric';
  return new Intl.DateTimeFormat(locale, options).format(new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1)));
}

function momentIn(locale: string, text: string, zone?: string | null): string {
  const instant = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(instant.getTime())) return partialDate(locale, text);
  const parts = { dateStyle: 'long', timeStyle: 'short' } as const;
  try {
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone ?? 'UTC' }).format(instant);
  } catch {
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' }).format(instant);
  }
}

function nameFrom(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
