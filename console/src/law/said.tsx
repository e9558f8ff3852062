import type { Phrase } from '../api/law-types';
import { useText } from '../strings/locale';

/** Sentences of the node: in the officer's language already, so that they run as the page runs. */
export function Phrases({ phrases, className = '' }: { phrases: Phrase[]; className?: string }) {
  if (phrases.length === 0) return null;
  return (
    <ul className={`phrases ${className}`.trim()}>
      {phrases.map((phrase, at) => (
        <li key={`${at} ${phrase.key}`}>{phrase.text}</li>
      ))}
    </ul>
  );
}

/** Where a row comes from, which is written in English whatever the officer reads. */
export function Written({ children }: { children: string }) {
  return (
    <span lang="en" dir="ltr" className="written">
      {children}
    </span>
  );
}

export function Article({ of }: { of: { instrument: string; article: string } }) {
  const text = useText();
  return (
    <span>
      <bdi className="code">{of.instrument}</bdi> {text('basis.article_of', { article: of.article })}
    </span>
  );
}
