import { memo, useId, useState, type KeyboardEvent, type MouseEvent } from 'react';
import world, { type Land } from 'virtual:world';
import { Button } from 'react-aria-components';
import type { LawAnswer } from '../api/types';
import { useText, type Text } from '../strings/locale';
import { isArrow, landByLetter, nextLand, viewAround } from './directions';
import { fillOf, Patterns } from './patterns';

interface WorldMapProps {
  label: string;
  /** The answer for each place; without it the map is there to choose on. */
  answers?: ReadonlyMap<string, LawAnswer>;
  /** The state whose relations are shown. */
  own?: string;
  chosen: string[];
  onChoose: (code: string) => void;
  nameOf: (code: string) => string;
}

const CODED = world.lands.filter((land) => land.code !== null);
const DEEPEST = 16;
const byCode = (code: string | undefined) => CODED.find((land) => land.code === code);

/**
 * The world to look at and to choose on, by pointer or by keyboard: one stop for the tabulator, arrows to the neighbour, a
 * letter to the next name, Enter to choose. Whatever it shows stands in a table or a field as well.
 */
export default function WorldMap({ label, answers, own, chosen, onChoose, nameOf }: WorldMapProps) {
  const text = useText();
  const prefix = `map-${useId().replaceAll(/\W/g, '')}`;
  const [active, setActive] = useState<Land>(() => byCode(chosen[0]) ?? byCode('FR') ?? CODED[0]!);
  const [pointed, setPointed] = useState<Land | undefined>();
  const [zoom, setZoom] = useState(1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isArrow(event.key)) setActive(nextLand(CODED, active, event.key));
    else if (event.key === 'Enter' || event.key === ' ') onChoose(active.code ?? '');
    else if (event.key === '+') setZoom(Math.min(zoom * 2, DEEPEST));
    else if (event.key === '-') setZoom(Math.max(zoom / 2, 1));
    else if (event.key.length === 1) setActive(landByLetter(CODED, active, event.key, nameOf));
    else return;
    setPointed(undefined);
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const land = landUnder(event);
    if (land === undefined) return;
    setActive(land);
    onChoose(land.code ?? '');
  };
  const shown = pointed ?? active;
  return (
    <div className="map">
      <svg
        className="map-drawing"
        viewBox={viewAround(world, zoom, active.x, active.y)}
        role="listbox"
        aria-label={label}
        aria-activedescendant={`${prefix}-${active.code}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onPointerOver={(event) => setPointed(landUnder(event))}
        onPointerLeave={() => setPointed(undefined)}
      >
        <Patterns prefix={prefix} zoom={zoom} />
        <Lands
          prefix={prefix}
          zoom={zoom}
          chosen={chosen.join(' ')}
          answers={answers}
          own={own}
          nameOf={nameOf}
          text={text}
        />
        {chosen.map((code) => (
          <Ring key={code} land={byCode(code)} zoom={zoom} className="ring-chosen" />
        ))}
        <Ring land={shown} zoom={zoom} className="ring-active" />
      </svg>
      <div className="map-foot">
        <p className="map-told" aria-hidden="true">
          {sayingOf(text, nameOf, shown, answers)}
        </p>
        <div className="page-actions">
          <Button className="button" isDisabled={zoom >= DEEPEST} onPress={() => setZoom(zoom * 2)}>
            {text('map.nearer')}
          </Button>
          <Button className="button" isDisabled={zoom <= 1} onPress={() => setZoom(zoom / 2)}>
            {text('map.farther')}
          </Button>
        </div>
      </div>
      <p className="hint">{text('map.hint')}</p>
    </div>
  );
}

function landUnder({ target }: { target: EventTarget }): Land | undefined {
  const option = target instanceof Element ? target.closest('[data-code]') : null;
  return byCode(option?.getAttribute('data-code') ?? undefined);
}

function sayingOf(text: Text, nameOf: (code: string) => string, land: Land, answers: WorldMapProps['answers']): string {
  const name = nameOf(land.code ?? '');
  const answer = answers?.get(land.code ?? '');
  return answer === undefined ? name : text('map.land', { name, answer: text(`answer.${answer}`) });
}

interface LandsProps extends Pick<WorldMapProps, 'answers' | 'nameOf' | 'own'> {
  prefix: string;
  zoom: number;
  chosen: string;
  text: Text;
}

/** Drawn anew only when an answer or the choice changes: there are hundreds of outlines. */
const Lands = memo(function Lands({ prefix, zoom, answers, own, chosen, nameOf, text }: LandsProps) {
  const selected = chosen.split(' ');
  return world.lands.map((land) => {
    const { code } = land;
    if (code === null) return <path key={land.outline} d={land.outline} className="land-nobody" aria-hidden="true" />;
    const answer = answers?.get(code);
    return (
      <g
        key={code}
        id={`${prefix}-${code}`}
        role="option"
        aria-label={sayingOf(text, nameOf, land, answers)}
        aria-selected={selected.includes(code)}
        className={code === own ? 'land land-own' : 'land'}
        data-code={code}
        data-answer={answer}
        fill={fillOf(prefix, answer)}
      >
        <path d={land.outline} />
        {land.small && <circle cx={land.x} cy={land.y} r={3.4 / Math.sqrt(zoom)} />}
      </g>
    );
  });
});

function Ring({ land, zoom, className }: { land?: Land; zoom: number; className: string }) {
  if (land === undefined) return null;
  return (
    <g className={`ring ${className}`} aria-hidden="true">
      <path d={land.outline} />
      {land.small && <circle cx={land.x} cy={land.y} r={4.6 / Math.sqrt(zoom)} />}
    </g>
  );
}
