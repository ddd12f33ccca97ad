import { selections } from 'virtual:rules-selections';

import { sentence } from '../graphql/user-errors.js';

/** What is wrong with rules, to be put into a mutation's text. */
export const findings = `
  findings {
    path
    message
  }
` as const;

/** One thing wrong with rules, as the API tells it. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/**
 * Findings by the editor's field that they are about: `points.rules[2].earn.perAmount.per` is `rules.2.earn.perAmount.per`.
 * A finding about one item of a list of words (`on[0]`, `warnDays[1]`) belongs to the field of the whole list.
 */
export function placeFindings(found: readonly Finding[]): Record<string, string> {
  const placed: Record<string, string> = {};
  for (const { path, message } of found) {
    const key = fieldOf(path);
    placed[key] = placed[key] === undefined ? sentence(message) : `${placed[key]} ${sentence(message)}`;
  }
  return placed;
}

/** The editor's path of a finding's path: without the kind, which is the first step. */
export function fieldOf(path: string): string {
  const steps = path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '')
    .map((step) => step.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  const [first = ''] = steps;
  const inside = first in selections ? steps.slice(1) : steps;
  const ofPoints = first === 'points' || !(first in selections);
  const one = ofPoints && isWordList(inside.at(-2)) && /^\d+$/.test(inside.at(-1) ?? '');
  return (one ? inside.slice(0, -1) : inside).join('.');
}

function isWordList(step: string | undefined): boolean {
  return step !== undefined && wordLists.has(step);
}

const wordLists = new Set([
  'on',
  'skus',
  'categories',
  'tags',
  'kinds',
  'channels',
  'partners',
  'weekdays',
  'segments',
  'tiers',
  'codes',
  'tenders',
  'exemptTiers',
  'warnDays',
]);
