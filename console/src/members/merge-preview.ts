import type { Formats } from '../format/formats.js';
import { memberTitle } from './member-words.js';
import type { MergeSide } from './merge-query.js';

/** One line of what a merge does: what it is about, what both have, and what the one who stays has afterwards. */
export interface MergeLine {
  readonly id: string;
  readonly gone: string;
  readonly stays: string;
  readonly afterwards: string;
}

/** What stands in the way of a merge, and what comes of it. */
export interface MergePreview {
  readonly obstacles: readonly string[];
  readonly lines: readonly MergeLine[];
}

const NONE = '–';

/** What `stays` has once `gone` is one with them: by the server's rules, as far as both are known here. */
export function mergePreview(gone: MergeSide, stays: MergeSide, formats: Formats): MergePreview {
  const filled = (name: keyof MergeSide & ('name' | 'email' | 'phone' | 'birthday'), label: string): MergeLine => {
    const written = (value: string | null): string => (value === null ? NONE : name === 'birthday' ? formats.day(value) : value);
    return { id: label, gone: written(gone[name]), stays: written(stays[name]), afterwards: written(stays[name] ?? gone[name]) };
  };
  const joined = [gone.joinedAt, stays.joinedAt].toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? stays.joinedAt;
  const lines = [
    ...pointsLines(gone, stays, formats),
    filled('name', 'Name'),
    filled('email', 'E-mail'),
    filled('phone', 'Phone'),
    filled('birthday', 'Birthday'),
    ...tierLines(gone, stays),
    words('Tags', gone.tags, stays.tags),
    words('Dependants', gone.dependants.map(({ name }) => name), stays.dependants.map(({ name }) => name)),
    words('Memberships', running(gone).map(({ name }) => name), running(stays).map(({ name }) => name)),
    { id: 'Member since', gone: formats.dayOf(gone.joinedAt), stays: formats.dayOf(stays.joinedAt), afterwards: formats.dayOf(joined) },
  ];
  return { obstacles: obstacles(gone, stays), lines: lines.filter((line) => line.gone !== NONE || line.stays !== NONE) };
}

function obstacles(gone: MergeSide, stays: MergeSide): readonly string[] {
  const title = memberTitle(gone);
  const both = running(gone).filter(({ programId }) => running(stays).some((other) => other.programId === programId));
  return [
    ...(gone.balances.some(({ held }) => held > 0)
      ? [`Points of ${title} are held: confirm, capture, cancel or void that first.`]
      : []),
    ...both.map(({ name }) => `Both have a membership of the program of “${name}”: end one first.`),
    ...gone.balances
      .filter(({ unit, deficit }) => deficit > (balanceOf(stays, unit.id)?.available ?? 0))
      .map(({ unit }) => `${title} owes more ${unit.namePlural} than the other has.`),
  ];
}

function running(side: MergeSide): MergeSide['memberships'] {
  return side.memberships.filter(({ state }) => state !== 'ENDED');
}

function balanceOf(side: MergeSide, unit: string): MergeSide['balances'][number] | undefined {
  return side.balances.find((balance) => balance.unit.id === unit);
}

/** Points of each unit that either has: what the one owes is paid by the other. */
function pointsLines(gone: MergeSide, stays: MergeSide, formats: Formats): readonly MergeLine[] {
  const units = new Map([...stays.balances, ...gone.balances].map(({ unit }) => [unit.id, unit]));
  return [...units.values()].flatMap((unit) => {
    const [from, to] = [balanceOf(gone, unit.id), balanceOf(stays, unit.id)];
    return (['available', 'pending'] as const)
      .map((book) => {
        const owed = book === 'available' ? (from?.deficit ?? 0) : 0;
        const sum = (from?.[book] ?? 0) + (to?.[book] ?? 0) - owed;
        return {
          id: `${unit.namePlural.charAt(0).toUpperCase()}${unit.namePlural.slice(1)}${book === 'pending' ? ', pending' : ''}`,
          gone: formats.points((from?.[book] ?? 0) - owed, unit),
          stays: formats.points(to?.[book] ?? 0, unit),
          afterwards: formats.points(sum, unit),
        };
      })
      .filter((line, index) => index === 0 || line.gone !== '0' || line.stays !== '0');
  });
}

function told(list: readonly string[]): string {
  return list.length === 0 ? NONE : list.join(', ');
}

/** In each program the higher tier counts; which that is, only the server knows. */
function tierLines(gone: MergeSide, stays: MergeSide): readonly MergeLine[] {
  const programs = [...new Set([...stays.tiers, ...gone.tiers].map(({ programId }) => programId))];
  return programs.map((program) => {
    const [from, to] = [gone, stays].map(({ tiers }) => tiers.find(({ programId }) => programId === program)?.name ?? null);
    const same = from === to || from === null || to === null;
    return {
      id: `Tier${programs.length > 1 ? ` ${programs.indexOf(program) + 1}` : ''}`,
      gone: from ?? NONE,
      stays: to ?? NONE,
      afterwards: same ? (to ?? from ?? NONE) : 'the higher one',
    };
  });
}

function words(id: string, gone: readonly string[], stays: readonly string[]): MergeLine {
  return { id, gone: told(gone), stays: told(stays), afterwards: told([...new Set([...stays, ...gone])]) };
}
