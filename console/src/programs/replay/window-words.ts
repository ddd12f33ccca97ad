import type { Formats } from '../../format/formats.js';
import type { Replay } from './replay-query.js';

/** Which rules were replayed over which time: "Version 2 over 24 Aug – 22 Nov 2026". */
export function windowWords({ versionNumber, since, until }: Replay, formats: Formats): string {
  return `Version ${versionNumber} over ${formats.dayOf(since)} – ${formats.lastDay(until)}`;
}
