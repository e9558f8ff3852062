// Draws the map of the world while the console is built, so that no library for maps reaches the browser. What comes out
// is the module `virtual:world`: the size of the drawing, and for each land its code, its outline as an SVG path, its
// middle, and whether it is so small that a dot must stand for it.
//
// Outlines: Natural Earth 1:50m by way of world-atlas. Lands without an ISO 3166 code of their own are drawn without one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { geoNaturalEarth1, geoPath } from 'd3-geo';
import countries from 'i18n-iso-countries';
import { feature, quantize } from 'topojson-client';
import { filter, filterWeight, presimplify, simplify } from 'topojson-simplify';

const WIDTH = 960;
const HEIGHT = 426;
const MARGIN = 4;
/** The smallest triangle worth drawing, in square degrees. */
const DETAIL = 0.03;
/** Under this many square pixels an outline cannot be pointed at. */
const SMALL = 14;
/** Nobody's jurisdiction, and half of the drawing. */
const LEFT_OUT = new Set(['AQ']);

/** Every land of the map, the greatest first, so that a small one lies above its neighbours. */
export function drawWorld() {
    const atlas = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
    const fine = presimplify(JSON.parse(readFileSync(atlas, 'utf8')));
    const coarse = quantize(filter(simplify(fine, DETAIL), filterWeight(fine, 0)), 1e5);
    const lands = feature(coarse, coarse.objects.countries).features.filter((land) => !LEFT_OUT.has(codeOf(land)));
    const projection = geoNaturalEarth1().fitExtent(
        [
            [MARGIN, MARGIN],
            [WIDTH - MARGIN, HEIGHT - MARGIN],
        ],
        { type: 'FeatureCollection', features: lands },
    );
    const path = geoPath(projection).digits(1);
    const drawn = lands.map((land) => ({ area: path.area(land), ...outlineOf(land, path) }));
    const ordered = drawn.sort((a, b) => b.area - a.area).filter(isMainPart);
    return {
        width: WIDTH,
        height: HEIGHT,
        lands: ordered.map(({ area, ...land }) => ({ ...land, small: area < SMALL })),
    };
}

/** A few reefs are listed beside the state that they belong to, under the same code. */
const isMainPart = ({ code }, at, all) => code === null || all.findIndex((land) => land.code === code) === at;

/** Kosovo has no number of its own; in the field it goes by `XK`. */
function codeOf(land) {
    return countries.numericToAlpha2(land.id) ?? (land.properties.name === 'Kosovo' ? 'XK' : null);
}

function outlineOf(land, path) {
    const [x, y] = path.centroid(land).map(Math.round);
    return { code: codeOf(land), outline: path(land) ?? '', x, y };
}

/** The plugin for Vite. */
export function world() {
    const wanted = 'virtual:world';
    return {
        name: 'comity-world',
        resolveId: (id) => (id === wanted ? `\0${wanted}` : undefined),
        load: (id) => (id === `\0${wanted}` ? `export default ${JSON.stringify(drawWorld())}` : undefined),
    };
}
