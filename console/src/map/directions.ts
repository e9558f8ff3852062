import type { Land } from 'virtual:world';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';
const STEPS: Record<Arrow, [x: number, y: number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export const isArrow = (key: string): key is Arrow => key in STEPS;

/** The next land in a direction: what lies ahead, near, and not far to the side; where nothing lies ahead, the same. */
export function nextLand(lands: Land[], from: Land, arrow: Arrow): Land {
  const [stepX, stepY] = STEPS[arrow];
  let best = from;
  let least = Infinity;
  for (const land of lands) {
    const ahead = (land.x - from.x) * stepX + (land.y - from.y) * stepY;
    const aside = Math.abs((land.x - from.x) * stepY) + Math.abs((land.y - from.y) * stepX);
    const way = ahead + 2 * aside;
    if (land === from || ahead <= 0 || aside > 2 * ahead || way >= least) continue;
    best = land;
    least = way;
  }
  return best;
}

/** The next land whose name begins with a letter, after the one where one is. */
export function landByLetter(lands: Land[], from: Land, letter: string, nameOf: (code: string) => string): Land {
  const order = [...lands].sort((a, b) => nameOf(a.code ?? '').localeCompare(nameOf(b.code ?? '')));
  const at = order.indexOf(from);
  const begins = (land: Land) =>
    nameOf(land.code ?? '')
      .slice(0, 1)
      .localeCompare(letter, undefined, { sensitivity: 'base' }) === 0;
  return [...order.slice(at + 1), ...order.slice(0, at + 1)].find(begins) ?? from;
}

/** The part of the drawing that is seen at a zoom, around a point, kept within the drawing. */
export function viewAround(size: { width: number; height: number }, zoom: number, x: number, y: number): string {
  const width = size.width / zoom;
  const height = size.height / zoom;
  const within = (middle: number, span: number, all: number) => Math.min(Math.max(middle - span / 2, 0), all - span);
  const left = within(x, width, size.width);
  const top = within(y, height, size.height);
  return [left, top, width, height].map((value) => Math.round(value * 10) / 10).join(' ');
}
