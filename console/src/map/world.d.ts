/** The map that `world.mjs` draws while the console is built. */
declare module 'virtual:world' {
  export interface Land {
    /** ISO 3166-1 alpha-2; null for what has no code of its own. */
    code: string | null;
    /** An SVG path. */
    outline: string;
    /** Its middle. */
    x: number;
    y: number;
    /** Too small to be pointed at. */
    small: boolean;
  }

  const world: { width: number; height: number; lands: Land[] };
  export default world;
}
