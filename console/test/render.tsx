import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { IntlProvider } from 'react-intl';
import { vi } from 'vitest';
import type { NodeInfo } from '../src/api/types';
import { SessionProvider } from '../src/session/session';
import en from '../src/strings/en.json';

export const node: NodeInfo = {
  name: 'Test',
  version: '0',
  mode: 'exercise',
  federation: 'f',
  registry_version: 1,
  registry_expires: '2027-01-01T00:00:00Z',
  authorities: [],
  members: [{ authority: 'FR-NCB', kind: 'ncb', names: { en: 'NCB Paris' }, node: 'https://a.invalid' }],
};

/** Answers like the node's, by path; anything else is a 404 problem. */
export function stubNode(answers: Record<string, unknown>): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async (path: string) =>
    path in answers
      ? Response.json(answers[path])
      : Response.json({ title: 'Not found', status: 404, code: 'not_found' }, { status: 404 }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

const wrap = (element: ReactElement) => (
  <IntlProvider locale="en-GB" messages={en}>
    <SessionProvider>{element}</SessionProvider>
  </IntlProvider>
);

/** Renders in English, with a node that answers. */
export function show(element: ReactElement) {
  if (!vi.isMockFunction(fetch)) stubNode({ '/api/v1/node': node });
  const shown = render(wrap(element));
  return { ...shown, again: (next: ReactElement) => shown.rerender(wrap(next)) };
}
