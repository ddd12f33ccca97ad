/** The local days of a replay, the last one included: "2026-11-21". */
export interface ReplayDays {
  firstDay: string;
  lastDay: string;
}

const DAY_MS = 86_400_000;

/** So many days up to and with `today`. */
export function daysBack(today: string, days: number): ReplayDays {
  const first = new Date(Date.parse(`${today}T00:00Z`) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return { firstDay: first, lastDay: today };
}
