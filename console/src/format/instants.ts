/**
 * The instant at which a wall clock in `zone` shows `local` ("2026-11-21T23:04"), in ISO 8601. A time that the clock
 * skips is read as the time after the jump, one that it shows twice as the earlier.
 */
export function instantOf(local: string, zone: string): string {
  const wanted = Date.parse(`${local}Z`);
  const candidates = [wanted - 86_400_000, wanted + 86_400_000].map((near) => wanted - offsetAt(near, zone));
  const exact = candidates.filter((at) => at + offsetAt(at, zone) === wanted);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates)).toISOString();
}

/** The instant at which the local day after `day` ("2026-11-21") begins: the end of that day. */
export function endOfDay(day: string, zone: string): string {
  const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return instantOf(`${next}T00:00`, zone);
}

/** What a wall clock in `zone` shows at an instant: "2026-11-21T23:04", as `<input type="datetime-local">` takes it. */
export function localOf(instant: string, zone: string): string {
  const at = Date.parse(instant);
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16);
}

/** By how many milliseconds the zone's clock is ahead of UTC at an instant. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return shown - Math.floor(at / 1000) * 1000;
}
