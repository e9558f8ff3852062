import type { LawAnswer } from '../api/types';

/** How an answer fills a land; each differs in pattern as well as in colour. What is plain is coloured by the style sheet. */
export const fillOf = (prefix: string, answer: LawAnswer | undefined): string | undefined =>
  answer === undefined || answer === 'in_force' ? undefined : `url(#${prefix}-${answer})`;

/** Hatching for what is not known, dots for what is not in force; `in_force` is plain. */
export function Patterns({ prefix, zoom }: { prefix: string; zoom: number }) {
  const scale = `scale(${1 / zoom})`;
  return (
    <defs>
      <pattern
        id={`${prefix}-unknown`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform={`${scale} rotate(45)`}
      >
        <rect className="map-unknown-ground" width="5" height="5" />
        <rect className="map-unknown-line" width="1.2" height="5" />
      </pattern>
      <pattern
        id={`${prefix}-not_in_force`}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform={scale}
      >
        <rect className="map-not-ground" width="6" height="6" />
        <circle className="map-not-dot" cx="2" cy="2" r="1.3" />
        <circle className="map-not-dot" cx="5" cy="5" r="1.3" />
      </pattern>
    </defs>
  );
}

/** As the map fills an answer; without one, as it fills the state whose relations are shown. */
export function Swatch({ answer }: { answer?: LawAnswer }) {
  const prefix = `swatch-${answer ?? 'own'}`;
  return (
    <svg className="swatch" width="28" height="18" viewBox="0 0 28 18" aria-hidden="true">
      <Patterns prefix={prefix} zoom={1} />
      <rect
        className="swatch-box"
        data-answer={answer}
        x="0.5"
        y="0.5"
        width="27"
        height="17"
        fill={fillOf(prefix, answer)}
      />
    </svg>
  );
}
