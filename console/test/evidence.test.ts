import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Description, UploadLine } from '../src/api/evidence-types';
import { evidence } from '../src/api/evidence';
import { batchBody, batches, isBatch, SMALL } from '../src/evidence/batch';
import { descriptionOf, exhibitOf, firstDraft, visible, type Draft } from '../src/evidence/description';
import { groupsOf } from '../src/evidence/digest';
import { hashOf, hashOfText, hasher } from '../src/evidence/hash';
import { fitOf, forget, remember } from '../src/evidence/resume';
import { saveAnswer } from '../src/evidence/save';
import { isDue } from '../src/evidence/tags';
import { itemOf, mayPass } from '../src/evidence/upload';
import { formats } from '../src/strings/format';

const sha = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

describe('the hash of a file', () => {
  it('is SHA-256, over as many pieces as it takes', async () => {
    const data = new Uint8Array((4 << 20) + 7).map((_, at) => at % 251);
    const told: number[] = [];
    expect(await hashOf(new Blob([data]), (done) => told.push(done))).toBe(sha(data));
    expect(told).toEqual([4 << 20, data.length]);
    expect(await hashOf(new Blob([]), () => {})).toBe(sha(''));
  });

  it('comes out for every length around the end of a block, however it is cut', () => {
    const data = new Uint8Array(300).map((_, at) => (at * 7) % 256);
    for (let length = 0; length <= data.length; length += 1)
      for (const cut of [0, 1, 55, 56, 63, 64, 65, 128, length].filter((cut) => cut <= length)) {
        const running = hasher();
        [data.subarray(0, cut), data.subarray(cut, length), data.subarray(0, 0)].forEach(running.update);
        expect(running.done(), `${length} cut at ${cut}`).toBe(sha(data.subarray(0, length)));
      }
  });

  it('is that of FIPS 180-4 for a million times the letter a', () => {
    const expected = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';
    expect(hashOfText('a'.repeat(1_000_000))).toBe(expected);
  });

  it('stops when it is no longer wanted', async () => {
    const given = new AbortController();
    given.abort();
    await expect(hashOf(new Blob(['x']), () => {}, given.signal)).rejects.toThrow();
  });

  it('is shown in eight groups of eight', () => {
    expect(groupsOf(sha('x'))).toHaveLength(8);
    expect(groupsOf(sha('x')).join('')).toBe(sha('x'));
  });
});

const draft: Draft = {
  ...firstDraft('ES-NCB', 'A. Reyes', '2026-11-21T10:00'),
  case: 'c',
  exhibit: ' A-1 ',
  reason: 'r',
  place: 'lab',
  source: { description: 'stick', make: '', model: 'M', serial: '', condition: '', clock: '-42' },
};
const file = { name: 'a.txt', index: 0, count: 1, sha256: sha('') };

describe('a description', () => {
  it('holds only what was said', () => {
    const made = descriptionOf(draft, file, null);
    expect(made.acquisition.source).toEqual({ description: 'stick', model: 'M', clock_ahead_seconds: -42 });
    expect(made.acquisition).not.toHaveProperty('tools');
    expect(made).not.toHaveProperty('seizure');
    expect(made).not.toHaveProperty('retain_until');
    expect(made.exhibit).toEqual({ number: 'A-1' });
  });

  it('takes settings and deviations line by line', () => {
    const tools = [{ name: 'dd', version: '9', settings: 'bs = 1M\n\nconv=noerror = sync' }];
    const { acquisition } = descriptionOf({ ...draft, tools, deviations: 'one\n \ntwo' }, file, null);
    expect(acquisition.tools?.[0]?.settings).toEqual({ bs: '1M', conv: 'noerror = sync' });
    expect(acquisition.deviations).toEqual(['one', 'two']);
  });

  it('claims of an instrument what the tables said, and nothing without them', () => {
    const seized = { ...draft, seized: true, seizure: { ...draft.seizure, instrument: 'EIO', article: '9' } };
    const found = { answer: 'unknown' as const, assessed_on: '2026-11-21', reason: 'r' };
    expect(descriptionOf(seized, file, found).seizure?.instrument).toEqual({ instrument: 'EIO', article: '9', ...found });
    expect(descriptionOf(seized, file, null).seizure).not.toHaveProperty('instrument');
  });

  it('counts several files so that they sort as they are counted', () => {
    expect(exhibitOf('A', 0, 1)).toBe('A');
    expect([0, 9, 11].map((at) => exhibitOf('A', at, 12))).toEqual(['A/01', 'A/10', 'A/12']);
  });

  it('has a name that can be written as JSON, whatever the file is called', () => {
    const { name } = descriptionOf(draft, { ...file, name: 'a\uD800b😀' }, null);
    expect(name).toEqual({ text: 'a\uFFFDb😀' });
  });
});

it('a name is shown with what hides or turns it written out', () => {
  expect(visible('photo\u202Egnp.exe\u200B')).toBe('photo⟨U+202E⟩gnp.exe⟨U+200B⟩');
  expect(visible('سجل.csv')).toBe('سجل.csv');
});

describe('a batch', () => {
  const description = (name: string): Description => descriptionOf(draft, { ...file, name }, null);

  it('is length, JSON with size and hash, and content, file by file', async () => {
    const body = batchBody([
      { file: new Blob(['one']), description: description('ü') },
      { file: new Blob([]), description: description('b') },
    ]);
    const bytes = Buffer.from(await body.arrayBuffer());
    const end = 4 + bytes.readUInt32BE(0);
    expect(JSON.parse(bytes.subarray(4, end).toString())).toEqual({ ...description('ü'), size: 3 });
    expect(bytes.subarray(end, end + 3).toString()).toBe('one');
    const next = end + 3;
    expect(JSON.parse(bytes.subarray(next + 4).toString()).size).toBe(0);
    expect(bytes.length).toBe(next + 4 + bytes.readUInt32BE(next));
  });

  it('is for several small files only', () => {
    expect(isBatch([{ size: 1 }, { size: SMALL }])).toBe(false);
    expect(isBatch([{ size: 1 }, { size: SMALL - 1 }])).toBe(true);
  });

  it('is cut where it would be too long, and loses no file', () => {
    const files = Array.from({ length: 1201 }, (_, size) => ({ size }));
    const cut = batches(files);
    expect(cut.map((batch) => batch.length)).toEqual([500, 500, 201]);
    expect(cut.flat()).toEqual(files);
    expect(batches([{ size: 10 << 20 }, { size: 10 << 20 }])).toHaveLength(2);
  });
});

describe('an upload that goes on', () => {
  const upload: UploadLine = {
    item: 'i-1',
    name: 'folder/film.mkv',
    exhibit: 'A',
    case: 'c',
    length: 9,
    received: 4,
    started_at: '2026-11-21T10:00:00Z',
    started_by: 'officer x',
  };
  const chosen = { name: 'film.mkv', size: 9, sha256: sha('film') };
  beforeEach(() => localStorage.clear());

  it('takes the file with which it was begun, and no other', () => {
    expect(fitOf(upload, chosen)).toBe('likely');
    remember('i-1', chosen.sha256);
    expect(fitOf(upload, chosen)).toBe('same');
    expect(fitOf(upload, { ...chosen, sha256: sha('other') })).toBe('content');
    expect(fitOf(upload, { ...chosen, size: 8 })).toBe('size');
    expect(fitOf(upload, { ...chosen, name: 'other.mkv' })).toBe('name');
  });

  it('is remembered without name, identifier or hash of the content, and forgotten once it is done', () => {
    remember('i-1', chosen.sha256);
    const kept = JSON.stringify(Object.entries(localStorage));
    for (const secret of ['i-1', chosen.sha256, 'film']) expect(kept).not.toContain(secret);
    forget('i-1');
    expect(localStorage.length).toBe(0);
  });

  it('is known by the end of its address', () => {
    expect(itemOf('https://node.invalid/api/v1/evidence/uploads/i%2D1')).toBe('i-1');
    expect(itemOf('/api/v1/evidence/uploads/i-1?x=/y')).toBe('i-1');
  });

  it('is tried again after what passes, never after a refusal', () => {
    expect([0, 409, 423, 503].every(mayPass)).toBe(true);
    expect([401, 403, 404, 410, 413, 422].some(mayPass)).toBe(false);
  });
});

describe('a call about evidence', () => {
  const calls = () => {
    const fetched = vi.fn(async () => Response.json({ uploads: [], items: [] }));
    vi.stubGlobal('fetch', fetched);
    return () => fetched.mock.calls.map((args) => args as unknown as [string, RequestInit]);
  };

  it('asks for nothing that is empty, and writes reasons so that they stay in their place', async () => {
    const made = calls();
    await evidence.list({ case: '', after: '' });
    await evidence.content('../x', 'a&b=c');
    expect(made().map(([path]) => path)).toEqual([
      '/api/v1/evidence?limit=50',
      '/api/v1/evidence/..%2Fx/content?reason=a%26b%3Dc',
    ]);
  });

  it('to give an upload up names the version of its protocol and is guarded against forgery', async () => {
    const made = calls();
    await evidence.giveUp('i');
    expect(made()[0]?.[1]?.headers).toMatchObject({ 'tus-resumable': '1.0.0', 'x-comity-csrf': '1' });
  });
});

it('what is saved is hashed on its way', async () => {
  URL.createObjectURL = () => 'blob:x';
  URL.revokeObjectURL = () => {};
  const told: number[] = [];
  const saved = await saveAnswer('x.bin', 5, async () => new Response('12345'), (done) => told.push(done));
  expect(saved).toBe(sha('12345'));
  expect(told.at(-1)).toBe(5);
});

it('an item is due only past its day and while it is here', () => {
  const item = { state: 'held' as const, retain_until: '2026-11-20' };
  expect(isDue(item, '2026-11-21')).toBe(true);
  expect(isDue(item, '2026-11-20')).toBe(false);
  expect(isDue({ ...item, state: 'destroyed' }, '2026-11-21')).toBe(false);
});

it('amounts of data are written in the units that people read', () => {
  const { bytes } = formats('en-GB');
  expect([0, 999, 1000, 64_023_257_088].map(bytes)).toEqual(['0 bytes', '999 bytes', '1 kB', '64 GB']);
});
