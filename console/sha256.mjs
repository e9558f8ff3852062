// Writes the 64 rounds of SHA-256 (FIPS 180-4, section 6.2.2) out one after the other while the console is built: without
// arrays and shifting of names between them a browser's compiler keeps all of it in registers, which makes hashing three
// times as fast as a loop, and as fast as WebAssembly, which the node's policy does not let run. What comes out is the module
// `virtual:sha256`: `compress(state, bytes, blocks)`.

const ROUNDS = 64;
const BLOCK = 16;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
export function constants() {
  const primes = [];
  for (let n = 2; primes.length < ROUNDS; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Number(cubeRoot(BigInt(prime) << 96n) & 0xffffffffn));
}

/** The cube root, rounded down. */
function cubeRoot(n) {
  let [low, high] = [0n, n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** 3n <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const rotated = (word, by) => `(${word} >>> ${by} | ${word} << ${32 - by})`;
const mixed = (word, ...by) => by.map((one) => rotated(word, one)).join(' ^ ');
const word = (round) => `w${round % BLOCK}`;

function schedule(round) {
  if (round < BLOCK) {
    const byte = (which) => `bytes[at + ${4 * round + which}]`;
    return `let ${word(round)} = ${byte(0)} << 24 | ${byte(1)} << 16 | ${byte(2)} << 8 | ${byte(3)};`;
  }
  const [fifteen, two] = [word(round - 15), word(round - 2)];
  const early = `(${mixed(fifteen, 7, 18)} ^ ${fifteen} >>> 3)`;
  const late = `(${mixed(two, 17, 19)} ^ ${two} >>> 10)`;
  return `${word(round)} = (${word(round)} + ${early} | 0) + (${word(round - 7)} + ${late} | 0) | 0;`;
}

/** One round; instead of moving eight values on, each round names them anew. */
function round(number, constant) {
  const [a, b, c, d, e, f, g, h] = [...'abcdefgh'].map((_, at) => 'abcdefgh'[(at + 8 * ROUNDS - number) % 8]);
  const chosen = `(${g} ^ ${e} & (${f} ^ ${g}))`;
  const most = `(${a} & ${b} | ${c} & (${a} | ${b}))`;
  return [
    schedule(number),
    `t = (((${h} + (${mixed(e, 6, 11, 25)}) | 0) + ${chosen} | 0) + ${constant | 0} | 0) + ${word(number)} | 0;`,
    `${d} = ${d} + t | 0;`,
    `${h} = (t + (${mixed(a, 2, 13, 22)}) | 0) + ${most} | 0;`,
  ].join('\n    ');
}

/** The source of the module. */
export function source() {
  const names = [...'abcdefgh'];
  return `export function compress(state, bytes, blocks) {
  let [${names.map((name) => `${name}0`).join(', ')}] = state;
  for (let block = 0, at = 0; block < blocks; block += 1, at += 64) {
    let t = 0, ${names.map((name) => `${name} = ${name}0`).join(', ')};
    ${constants().map((constant, number) => round(number, constant)).join('\n    ')}
    ${names.map((name) => `${name}0 = ${name}0 + ${name} | 0;`).join(' ')}
  }
  ${names.map((name, at) => `state[${at}] = ${name}0;`).join(' ')}
}
`;
}

export function sha256() {
  const wanted = 'virtual:sha256';
  return {
    name: 'comity-sha256',
    resolveId: (id) => (id === wanted ? `\0${wanted}` : undefined),
    load: (id) => (id === `\0${wanted}` ? source() : undefined),
  };
}
