import { describe, expect, it, vi } from 'vitest';
import { api, whenSignedOut } from '../src/api/client';
import { asProblem, ProblemError } from '../src/api/problem';
import { match } from '../src/routing/router';
import { firstTerms, termsAfter, tidyTerms } from '../src/parts/terms';

function answer(body: unknown, init: ResponseInit) {
  const fetched = vi.fn(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), init));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

const problemJson = { 'content-type': 'application/problem+json', 'x-request-id': 'r-header' };
const failure = async (work: Promise<unknown>) => asProblem(await work.catch((thrown: unknown) => thrown));

describe('a problem that the node states', () => {
  it('reaches the page whole, with what is missing and the request to quote', async () => {
    const stated = {
      type: 'https://comity.invalid/problems/alert_incomplete',
      title: 'Incomplete',
      status: 422,
      detail: 'two things are missing',
      code: 'alert_incomplete',
      request_id: 'r-1',
      missing: ['child_born'],
    };
    answer(stated, { status: 422, headers: problemJson });
    expect(await failure(api.release('a'))).toEqual(stated);
  });

  it('takes the request id of the header when the body has none', async () => {
    answer({ title: 'No', status: 403, code: 'no' }, { status: 403, headers: problemJson });
    expect((await failure(api.hits())).request_id).toBe('r-header');
  });

  it('that is not readable still tells status and request', async () => {
    answer('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html', 'x-request-id': 'r-2' } });
    expect(await failure(api.hits())).toMatchObject({ status: 502, code: 'unreadable_answer', request_id: 'r-2' });
  });
});

describe('a call', () => {
  it('to a node that cannot be reached is a problem, not a crash', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')));
    expect(await failure(api.node())).toMatchObject({ status: 0, code: 'node_unreachable' });
  });

  it('that changes something carries the header against forgery, a reading does not', async () => {
    const fetched = answer({}, { status: 200 });
    await api.retry('m 1', 'ES-NCB');
    await api.hits();
    const inits = fetched.mock.calls.map((args) => (args as unknown[])[1] as RequestInit);
    expect(inits.map((init) => (init.headers as Record<string, string>)['x-comity-csrf'])).toEqual(['1', undefined]);
  });

  it('writes identifiers so that none can leave its place in the path', async () => {
    const fetched = answer({}, { status: 200 });
    await api.exchange('../session', 'en');
    expect((fetched.mock.calls[0] as unknown[])[0]).toBe('/api/v1/exchanges/..%2Fsession?language=en');
  });

  it('refused as signed out says so once to the session, but a wrong password does not', async () => {
    const told = vi.fn();
    whenSignedOut(told);
    answer({ title: 'x', status: 401, code: 'sign_in_failed' }, { status: 401, headers: problemJson });
    await failure(api.signIn('a', 'b'));
    expect(told).not.toHaveBeenCalled();
    await failure(api.hits());
    expect(told).toHaveBeenCalledOnce();
  });

  it('asks for photographs only when told to', async () => {
    const fetched = answer({}, { status: 200 });
    await api.case('c');
    await api.case('c', true);
    expect(fetched.mock.calls.map((args) => (args as unknown[])[0])).toEqual([
      '/api/v1/cases/c',
      '/api/v1/cases/c?photographs=true',
    ]);
  });
});

describe('paths', () => {
  it('match by their parts and give the named ones', () => {
    expect(match('/alerts/:id/update', '/alerts/a%20b/update')).toEqual({ id: 'a b' });
    expect(match('/alerts/:id', '/alerts')).toBeNull();
    expect(match('/alerts/:id', '/cases/x')).toBeNull();
  });

  it('that are badly written match nothing', () => {
    expect(match('/alerts/:id', '/alerts/%zz')).toBeNull();
  });
});

describe('the terms of a message', () => {
  it('never begin with a guess at the law', () => {
    expect(firstTerms('live', 'urgent').basis).toEqual({ instrument: '', article: '' });
  });

  it('of an answer begin with the law that the alert relied on, but with no reason of another officer', () => {
    const first = firstTerms('live', 'urgent');
    const legal_basis = {
      instrument: 'HAGUE_1980',
      article: '7',
      answer: 'unknown' as const,
      assessed_on: '2026-11-21',
      event_date: '2026-11-20',
      reason: 'theirs',
    };
    const marking = { ...first.marking, purpose: 'child_protection' as const, handling: ['H3' as const] };
    const after = termsAfter({ marking, legal_basis }, first);
    expect(after.basis).toEqual({ instrument: 'HAGUE_1980', article: '7', event_date: '2026-11-20' });
    expect(after.marking).toMatchObject({ purpose: 'child_protection', handling: ['H0'] });
    expect(termsAfter(undefined, first)).toEqual(first);
  });

  it('in an exercise have the purpose of an exercise', () => {
    expect(firstTerms('exercise', 'urgent').marking.purpose).toBe('exercise');
    expect(firstTerms('live', 'urgent').marking.purpose).toBe('locate_missing_child');
  });

  it('carry restrictions only under H3, and of the basis only what was said', () => {
    const terms = firstTerms('live', 'urgent');
    const full = {
      ...terms,
      marking: { ...terms.marking, restrictions: 'ask' },
      basis: { instrument: 'HAGUE_1980', article: '7', reason: ' ', event_date: '', offence: 'C08' },
    };
    expect(tidyTerms(full).marking).not.toHaveProperty('restrictions');
    expect(tidyTerms(full).basis).toEqual({ instrument: 'HAGUE_1980', article: '7', offence: 'C08' });
    const h3 = { ...full, marking: { ...full.marking, handling: ['H3' as const] } };
    expect(tidyTerms(h3).marking.restrictions).toBe('ask');
  });
});

it('something else that is thrown is shown as a fault of the console', () => {
  expect(asProblem(new Error('boom'))).toMatchObject({ code: 'console_fault', detail: 'boom' });
  expect(asProblem(new ProblemError({ type: '', title: 'T', status: 1, code: 'c' })).title).toBe('T');
});
