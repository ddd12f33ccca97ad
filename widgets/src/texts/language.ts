import type { Texts } from './en.js';

const english = async (): Promise<Texts> => (await import('./en.js')).en;

const others: Partial<Record<string, () => Promise<Texts>>> = {
  de: async () => (await import('./de.js')).de,
};

/** The catalogue of a locale such as `de-AT`, fetched when it is wanted; English for all languages that we lack. */
export async function textsFor(locale: string): Promise<Texts> {
  return await (others[locale.toLowerCase().split('-')[0] ?? ''] ?? english)();
}

/** The locale to speak: the one that is set if it is a valid one, else the page's, else the browser's. */
export function localeFor(set: string | null | undefined): string {
  for (const wanted of [set, document.documentElement.lang, navigator.language]) {
    try {
      const [known] = Intl.getCanonicalLocales(wanted || []);
      if (known !== undefined) {
        return known;
      }
    } catch {
      // Not a language tag: the next one is asked.
    }
  }
  return 'en';
}
