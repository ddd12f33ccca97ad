/** Time zones and currencies to choose from, as far as this browser knows them. */

/** All IANA zones, with UTC and the browser's own. */
export function zones(): string[] {
  return [...new Set([ownZone(), ...Intl.supportedValuesOf('timeZone'), 'UTC'])].toSorted();
}

/** The zone that the browser is in. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** ISO 4217 codes with their names: "EUR, Euro". */
export function currencies(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code}, ${names.of(code) ?? code}` }));
}
