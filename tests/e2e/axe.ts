import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type axeCore from 'axe-core';
import type { Page } from 'playwright/test';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong on a page, by all its rules or by some.
 *
 * The page gets axe once, and says no more than what is wrong: Playwright's builder hands it over at each look, and adds
 * the results up on another page, which takes five times as long. It would look into frames of other origins too: no
 * page of ours has any.
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly axeCore.Result[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(SOURCE);
  }
  return page.evaluate(async (only) => {
    // What another colour scheme or width has just changed is drawn first, and has stopped to move.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const moving = document.getAnimations().filter(
      ({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity,
    );
    await Promise.allSettled(moving.map(({ finished }) => finished));
    const { axe } = window as unknown as { axe: typeof axeCore };
    const runOnly = only === undefined ? {} : { runOnly: { type: 'rule' as const, values: [...only] } };
    return (await axe.run(document, { resultTypes: ['violations'], ...runOnly })).violations;
  }, rules);
}
