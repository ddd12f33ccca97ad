/** The most characters of a code, and the most codes of one request: the API's limits. */
export const CODE_CHARACTERS_MAX = 128;
export const BATCH = 1_000;

/** A line that is no code. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

/** What a list of codes holds: the codes in order, each once, and what is wrong line by line. */
export interface CodeList {
  readonly codes: readonly string[];
  readonly problems: readonly LineProblem[];
}

/**
 * Reads codes, one a line, or the first column of a CSV file; a first line `code` is its heading. Empty lines do not
 * count. A code that stands twice is a problem of its second line.
 */
export function readCodes(text: string): CodeList {
  const seen = new Map<string, number>();
  const problems: LineProblem[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const code = firstColumn(raw);
    const heading = line === 1 && /^(code|codes|voucher)$/i.test(code ?? '');
    if (code === '' || heading) {
      continue;
    }
    const message = problemOf(code, seen);
    if (message !== null) {
      problems.push({ line, message });
    } else if (code !== null) {
      seen.set(code, line);
    }
  }
  return { codes: [...seen.keys()], problems };
}

function problemOf(code: string | null, seen: ReadonlyMap<string, number>): string | null {
  if (code === null) {
    return 'a quotation mark is not closed';
  }
  if (code.length > CODE_CHARACTERS_MAX) {
    return `longer than ${CODE_CHARACTERS_MAX} characters`;
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\s\u0000-\u001F\u007F]/.test(code)) {
    return 'there is a space in the code';
  }
  const before = seen.get(code);
  return before === undefined ? null : `the same code as in line ${before}`;
}

/** The first column of a line of CSV, separated by comma, semicolon or tab; null if a quotation mark is not closed. */
function firstColumn(line: string): string | null {
  const text = line.replace(/^\uFEFF/, '').trim();
  if (!text.startsWith('"')) {
    return (text.split(/[,;\t]/, 1)[0] ?? '').trim();
  }
  const quoted = /^"((?:[^"]|"")*)"\s*(?:[,;\t].*)?$/.exec(text);
  return quoted === null ? null : (quoted[1] ?? '').replaceAll('""', '"').trim();
}

/** Codes in requests that the API takes. */
export function batchesOf(codes: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(codes.length / BATCH) }, (_, index) =>
    codes.slice(index * BATCH, (index + 1) * BATCH),
  );
}
