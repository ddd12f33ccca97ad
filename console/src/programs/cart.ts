import { type Typed, currencyDigits, toSmallest } from '../format/amounts.js';
import type { InputOf } from '../graphql/graphql.js';

/** What the form of a cart to try holds; codes are separated by commas. */
export interface CartValues {
  member: string;
  codes: string;
  lines: { key: string; amount: Typed; quantity: Typed; sku: string }[];
}

/** The cart to ask about, or why it is none, by field. Lines without an amount are left out. */
export function toCart(
  { member, codes, lines }: CartValues,
  currency: string,
):
  | { readonly cart: InputOf<'QuoteInput'>; readonly problems: null }
  | { readonly cart: null; readonly problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const read = lines.flatMap(({ amount, quantity, sku }, index) => {
    if (String(amount).trim() === '' && lines.length > 1) {
      return [];
    }
    const minor = toSmallest(amount, currencyDigits(currency));
    const pieces = toSmallest(quantity, 0);
    if (minor === null) {
      problems[`lines.${index}.amount`] = 'Enter an amount.';
    }
    if (pieces === null || pieces < 1) {
      problems[`lines.${index}.quantity`] = 'At least 1.';
    }
    const article = sku.trim() === '' ? null : sku.trim();
    return [{ id: String(index + 1), amount: minor ?? 0, quantity: pieces ?? 1, sku: article }];
  });
  if (Object.keys(problems).length > 0) {
    return { cart: null, problems };
  }
  const cart = {
    currency,
    lines: read,
    codes: codes
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
  };
  return { cart: { member: member.trim() === '' ? null : { externalId: member.trim() }, cart }, problems: null };
}
