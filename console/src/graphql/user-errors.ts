/** A refusal as every payload carries it. */
export interface UserError {
  readonly field: readonly string[];
  readonly message: string;
  readonly code: string;
}

/**
 * The refusals of a payload, to be put into a mutation's text: each mutation has a type of its own for them, with its own
 * codes, so a fragment would fit one mutation only.
 */
export const userErrors = `
  userErrors {
    field
    message
    code
  }
` as const;

/**
 * Whether the business refused, so that nothing moved and the next try, with other input, needs a new idempotency key.
 * A refusal about the key itself leaves open what became of the first try: then the key stays.
 */
export function wasRefused(payload: { readonly userErrors: readonly UserError[] } | null): boolean {
  const codes = payload?.userErrors.map(({ code }) => code) ?? [];
  return codes.length > 0 && !codes.some((code) => code.startsWith('IDEMPOTENCY_'));
}

/** The key under which a form keeps what belongs to none of its fields. */
export const OTHER = 'other';

/**
 * Refusals by the path of the form's field that they are about. `aliases` say under which field of the form a field of
 * the input is shown; what belongs to none of `fields` is gathered under `OTHER`, with its path.
 */
export function placeRefusals(
  refusals: readonly Pick<UserError, 'field' | 'message'>[],
  fields: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const placed: Record<string, string> = {};
  for (const { field, message } of refusals) {
    const steps = field[0] === 'input' ? field.slice(1) : field;
    const path = aliases[steps.join('.')] ?? aliases[steps[0] ?? ''] ?? steps.join('.');
    const known = fields.includes(path.split('.')[0] ?? '');
    const key = known ? path : OTHER;
    const text = known || path === '' ? sentence(message) : `${path}: ${message}`;
    placed[key] = placed[key] === undefined ? text : `${placed[key]} ${text}`;
  }
  return placed;
}

/** A message as a sentence: with a capital letter and a full stop. */
export function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
