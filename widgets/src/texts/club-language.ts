import type { ClubTexts } from './club-en.js';

/** The catalogue of the elements beside the panel in a locale such as `de-AT`; English for all languages that we lack. */
export async function clubTextsFor(locale: string): Promise<ClubTexts> {
  return locale.toLowerCase().startsWith('de') ? (await import('./club-de.js')).de : (await import('./club-en.js')).en;
}
