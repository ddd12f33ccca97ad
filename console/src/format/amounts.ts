/** What a number field holds: a number, or what was typed so far. */
export type Typed = string | number;

/**
 * The smallest parts that a decimal stands for: 12.5 with 2 digits is 1250. Null if it is no such number. No floating
 * point on the way, so 1.15 is 115.
 */
export function toSmallest(typed: Typed, digits: number): number | null {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(String(typed).trim());
  if (match === null) {
    return null;
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const rest = fraction.slice(digits);
  if (whole + fraction === '' || /[1-9]/.test(rest)) {
    return null;
  }
  const amount = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return Number.isSafeInteger(amount) ? (sign === '-' && amount !== 0 ? -amount : amount) : null;
}

/** Smallest parts as a decimal: 1250 with 2 digits is "12.50". */
export function fromSmallest(amount: number, digits: number): string {
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const at = text.length - digits;
  const decimal = digits === 0 ? text : `${text.slice(0, at)}.${text.slice(at)}`;
  return amount < 0 ? `-${decimal}` : decimal;
}

/** Prices of points and amounts of clearing are counted in micros: millionths of the currency's major unit. */
export const MICRO_DIGITS = 6;

/** How many digits a currency has after the point: 2 for EUR, 0 for JPY; 2 for what is no currency. */
export function currencyDigits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
    );
  } catch {
    return 2;
  }
}
