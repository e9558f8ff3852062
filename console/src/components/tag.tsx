import type { ReactNode } from 'react';

export type Tone = 'good' | 'wait' | 'bad' | 'plain' | 'strong';

const SIGNS: Record<Tone, string> = { good: '✓', wait: '…', bad: '✕', plain: '', strong: '!' };

/** A state in words, with a sign and a colour: never by colour alone. */
export function Tag({ tone, children, sign }: { tone: Tone; children: ReactNode; sign?: string }) {
  const shown = sign ?? SIGNS[tone];
  return (
    <span className={`tag tag-${tone}`}>
      {shown !== '' && <span aria-hidden="true">{shown}</span>}
      {children}
    </span>
  );
}
