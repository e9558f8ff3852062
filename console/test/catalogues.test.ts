import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import ar from '../src/strings/ar.json';
import en from '../src/strings/en.json';
import es from '../src/strings/es.json';
import fr from '../src/strings/fr.json';

const catalogues: Record<string, Record<string, string>> = { en, fr, es, ar };
const others = ['fr', 'es', 'ar'];

/** Every placeholder of a message with its kind, once each, plural branches included. */
function placeholders(message: string): string[] {
  const found = new Set<string>();
  const walk = (parts: MessageFormatElement[]): void => parts.forEach((part) => visit(part));
  const visit = (part: MessageFormatElement): void => {
    if (part.type === TYPE.literal || part.type === TYPE.pound) return;
    if ('value' in part) found.add(`${part.type} ${part.value}`);
    if (part.type === TYPE.plural || part.type === TYPE.select)
      Object.values(part.options).forEach((option) => walk(option.value));
  };
  walk(parse(message));
  return [...found].sort();
}

function pluralCategories(message: string): string[][] {
  return parse(message).flatMap((part) => (part.type === TYPE.plural ? [Object.keys(part.options)] : []));
}

describe.each(others)('the catalogue %s', (language) => {
  const catalogue = catalogues[language] ?? {};

  it('has exactly the keys of the English one', () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
  });

  it('has the same placeholders in each string', () => {
    for (const [key, message] of Object.entries(en))
      expect(placeholders(catalogue[key] ?? ''), key).toEqual(placeholders(message));
  });

  it('leaves nothing empty', () => {
    expect(Object.entries(catalogue).filter(([, message]) => message.trim() === '')).toEqual([]);
  });

  it('has every plural form that the language needs', () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(catalogue))
      for (const given of pluralCategories(message)) expect(given, key).toEqual(expect.arrayContaining(needed));
  });
});

describe('the sources', () => {
  const folder = join(import.meta.dirname, '../src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

  it('use every string of the catalogue', () => {
    const used = (key: string) => {
      const prefix = key.slice(0, key.lastIndexOf('.'));
      return [`'${key}'`, `\`${prefix}.\${`, `orCode('${prefix}'`].some((text) => sources.includes(text));
    };
    expect(Object.keys(en).filter((key) => !used(key))).toEqual([]);
  });

  it('set no inline style and load nothing from elsewhere', () => {
    expect(sources).not.toMatch(/style=\{/);
    expect(sources).not.toMatch(/https?:\/\//);
  });
});
