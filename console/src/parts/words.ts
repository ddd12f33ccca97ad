/** A constant of the API as a word: PERCENT_OFF → "Percent off". */
export function words(constant: string): string {
  const text = constant.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
