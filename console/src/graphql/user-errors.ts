/** A refusal as every payload carries it. */
export interface UserError {
  readonly field: readonly string[];
  readonly message: string;
}

/** The key under which a form keeps what belongs to none of its fields. */
export const OTHER = 'other';

/**
 * Refusals by the path of the form's field that they are about. `aliases` say under which field of the form a field of
 * the input is shown; what belongs to none of `fields` is gathered under `OTHER`, with its path.
 */
export function placeRefusals(
  refusals: readonly UserError[],
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
