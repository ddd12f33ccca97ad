/** An amount of money in minor units, in a language: `€12.50`. */
export function money({ amount, currency }: { readonly amount: number; readonly currency: string }, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
