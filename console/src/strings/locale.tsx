import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider, useIntl } from 'react-intl';
import en from './en.json';

export type Key = keyof typeof en;
export type Language = 'en' | 'fr' | 'es' | 'ar';
type Catalogue = Record<string, string>;

/** The languages, each under its own name. */
export const LANGUAGES: Record<Language, string> = { en: 'English', fr: 'Français', es: 'Español', ar: 'العربية' };

const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  fr: () => import('./fr.json').then((file) => file.default),
  es: () => import('./es.json').then((file) => file.default),
  ar: () => import('./ar.json').then((file) => file.default),
};

const REMEMBERED = 'comity.language';
const isLanguage = (text: string | null | undefined): text is Language => text != null && text in LANGUAGES;

function firstLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (isLanguage(remembered)) return remembered;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

/** The officer's own regional form of the language (`ar-MA`), for dates and digits; else the language's own. */
export function regional(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? (language === 'en' ? 'en-GB' : language);
}

interface LocaleValue {
  language: Language;
  choose: (language: Language) => void;
}

const LocaleContext = createContext<LocaleValue>({ language: 'en', choose: () => {} });
export const useLanguage = (): LocaleValue => useContext(LocaleContext);

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; messages: Catalogue } | null>(null);

  useEffect(() => {
    let wanted = true;
    void CATALOGUES[language]().then((messages) => wanted && setLoaded({ language, messages }));
    return () => {
      wanted = false;
    };
  }, [language]);

  useEffect(() => {
    if (loaded === null) return;
    document.documentElement.lang = loaded.language;
    document.documentElement.dir = loaded.language === 'ar' ? 'rtl' : 'ltr';
  }, [loaded]);

  const choose = useCallback((next: Language) => {
    localStorage.setItem(REMEMBERED, next);
    setLanguage(next);
  }, []);
  const value = useMemo(() => ({ language: loaded?.language ?? language, choose }), [loaded, language, choose]);
  if (loaded === null) return null;

  const locale = regional(loaded.language, navigator.languages);
  return (
    <LocaleContext value={value}>
      <IntlProvider locale={locale} messages={loaded.messages} defaultLocale="en" onError={complain}>
        <I18nProvider locale={locale}>{children}</I18nProvider>
      </IntlProvider>
    </LocaleContext>
  );
}

function complain(error: { code: string; message: string }): void {
  if (error.code !== 'MISSING_DATA') console.error(error.message);
}

type Values = Record<string, string | number | Date | null | undefined>;

export interface Text {
  (key: Key, values?: Values): string;
  /** For what the node names by a code that may be newer than this catalogue: the code itself is shown then. */
  orCode: (prefix: string, code: string) => string;
}

/** The strings of the officer's language. */
export function useText(): Text {
  const intl = useIntl();
  return useMemo(() => {
    const text = (key: Key, values?: Values) => intl.formatMessage({ id: key }, values);
    const orCode = (prefix: string, code: string) =>
      `${prefix}.${code}` in intl.messages ? intl.formatMessage({ id: `${prefix}.${code}` }) : code;
    return Object.assign(text, { orCode });
  }, [intl]);
}
