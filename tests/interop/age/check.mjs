// Opens every sealed body of a folder with npm `age-encryption`: `node check.mjs FOLDER`.
//
// FOLDER is what `comity verify --extract FOLDER` wrote, with a file `identities.txt` of age secret keys, one a line. A body
// must open with one of them, must not open with a byte changed, and must be what `NNNNN-body.plain` holds, where that exists.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';

async function open(sealed, identities) {
  for (const identity of identities) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    try {
      return await decrypter.decrypt(sealed);
    } catch {
      // Sealed to somebody else, or spoiled: the next identity, or null, will tell.
    }
  }
  return null;
}

function spoiled(sealed) {
  const copy = Uint8Array.from(sealed);
  copy[copy.length - 1] ^= 1;
  return copy;
}

async function faultOf(folder, name, identities) {
  const sealed = readFileSync(join(folder, name));
  const plain = await open(sealed, identities);
  if (plain === null) return 'opens with none of the identities';
  if ((await open(spoiled(sealed), identities)) !== null) return 'opens although a byte was changed';
  const expected = join(folder, name.replace(/\.age$/, '.plain'));
  if (existsSync(expected) && !readFileSync(expected).equals(Buffer.from(plain))) return 'opens to something else';
  return null;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node check.mjs FOLDER');
  process.exit(2);
}
const lines = readFileSync(join(folder, 'identities.txt'), 'utf8').split('\n').map((line) => line.trim());
const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
const bodies = readdirSync(folder).filter((name) => name.endsWith('-body.age')).sort();
let failed = bodies.length === 0;
if (failed) console.error(`there is no body in ${folder}: nothing was checked`);
for (const name of bodies) {
  const fault = await faultOf(folder, name, identities);
  if (fault !== null) {
    console.error(`${name}: ${fault}`);
    failed = true;
  }
}
console.log(`age-encryption: ${bodies.length} bodies`);
process.exit(failed ? 1 : 0);
