import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { HistoryDocument, RedeemDocument } from '../documents/member.js';
import { OverviewDocument, QuoteDocument } from '../documents/storefront.js';
import '../guerdon.js';
import { Refusal, Scene } from '../testing/scene.js';
import { balance, member, overview, points, quote, redeemed, reward } from '../testing/storefront.js';
import type { GuerdonPanel } from './guerdon-panel.js';

const CART = { currency: 'USD', lines: [{ id: '1', amount: 4200 }] };

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.script(OverviewDocument, overview(member()));
  await scene.script(QuoteDocument, { quote: { quote: quote(), userErrors: [] } });
});

afterEach(() => {
  document.body.replaceChildren();
});

function open(properties: Partial<Pick<GuerdonPanel, 'cart' | 'token' | 'tokenProvider' | 'locale' | 'endpoint' | 'key'>> = {}): GuerdonPanel {
  const panel = document.createElement('guerdon-panel');
  const { endpoint, key } = scene;
  return document.body.appendChild(Object.assign(panel, { endpoint, key, locale: 'en-US', token: 'customer', ...properties }));
}

async function redeemFirst(): Promise<void> {
  await page.getByRole('button', { name: 'Redeem €5 off for 500 points' }).click();
  await page.getByRole('button', { name: 'Yes, redeem' }).click();
}

/** The text of what has the focus within the panel: the page sees the panel alone. */
async function expectFocus(panel: GuerdonPanel, text: string): Promise<void> {
  await expect.poll(() => panel.shadowRoot?.activeElement?.textContent.replaceAll(/\s+/g, ' ').trim()).toBe(text);
}

async function complaints(panel: GuerdonPanel): Promise<string[]> {
  const { violations } = await axe.run(panel);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

test('a panel that was there before the loader, or comes later, is upgraded and named by its heading', async () => {
  const panel = document.createElement('guerdon-panel');
  panel.setAttribute('heading', 'Record club');
  document.body.append(panel);
  await expect.element(page.getByRole('region', { name: 'Record club' })).toBeVisible();
  await expect.element(page.getByText('needs an endpoint and a publishable key')).toBeVisible();
});

test('a member sees their points, what is on its way and when they end', async () => {
  const expiries = [
    { amount: 80, lastDay: '2030-12-03' },
    { amount: 1160, lastDay: '2031-06-30' },
  ];
  await scene.script(OverviewDocument, overview(member({ balances: [balance({ pending: 120, expiries })] })));
  const panel = open();
  await expect.element(page.getByRole('region', { name: 'Ada’s rewards' })).toHaveAttribute('aria-busy', 'false');
  await expect.element(page.getByText('1,240')).toBeVisible();
  await expect.element(page.getByText('120 points on their way')).toBeVisible();
  await expect.element(page.getByText('1,160 points')).not.toBeVisible();
  await page.getByText('Use 80 points by Dec 3, 2030').click();
  await expect.element(page.getByText('1,160 points')).toBeVisible();
  expect(await complaints(panel)).toEqual([]);
});

test('only hashes of documents are sent, with the key, the token and the language', async () => {
  open({ locale: 'de-AT' });
  await expect.element(page.getByRole('region', { name: 'Prämien für Ada' })).toBeVisible();
  await expect.element(page.getByText('1 240')).toBeVisible();
  const [asked] = await scene.asked(OverviewDocument);
  expect(asked).toMatchObject({ authorization: 'Bearer customer', language: 'de-AT', fields: ['documentId', 'variables'] });
});

test('a skeleton stands while the answer is awaited', async () => {
  await scene.script(OverviewDocument, 'never');
  const panel = open();
  await expect.element(page.getByRole('img', { name: 'Loading your rewards' })).toBeVisible();
  await expect.element(page.getByRole('region')).toHaveAttribute('aria-busy', 'true');
  expect(await complaints(panel)).toEqual([]);
});

test('a guest sees how to join, what the cart would earn, and rewards without buttons', async () => {
  await scene.script(OverviewDocument, overview(null, [reward({ affordable: null, pointsMissing: null })]));
  const panel = open({ token: null, cart: CART });
  panel.innerHTML = '<a slot="sign-in" href="#in">Sign in</a>';
  await expect.element(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expect.element(page.getByText('Sign in and this cart earns 42 points')).toBeVisible();
  await expect.element(page.getByText('1 point per 1 $.')).toBeVisible();
  await expect.element(page.getByText('€5 off')).toBeVisible();
  expect(page.getByRole('button').elements()).toEqual([]);
  expect((await scene.asked(OverviewDocument))[0]?.authorization).toBeNull();
  expect(await complaints(panel)).toEqual([]);
});

test('a member without points or rewards is told so', async () => {
  await scene.script(OverviewDocument, overview(member({ balances: [] }), []));
  open();
  await expect.element(page.getByText('No points yet.')).toBeVisible();
  await expect.element(page.getByText('There are no rewards at the moment.')).toBeVisible();
});

test('what partners give is shown with where, and redeemed here only if it is here too', async () => {
  const rewards = [
    reward({ id: 'rwd_1', name: 'Late checkout', shops: 'PARTNERS', partners: ['Quay Hotels', 'Harbour Air'] }),
    reward({ id: 'rwd_2', name: 'A coffee', shops: 'PARTNERS' }),
    reward({ id: 'rwd_3', name: 'A sail', shops: 'BOTH', partners: ['Harbour Air'] }),
  ];
  await scene.script(OverviewDocument, overview(member(), rewards));
  const panel = open();
  await expect.element(page.getByText('At Quay Hotels, Harbour Air')).toBeVisible();
  await expect.element(page.getByText('At our partners')).toBeVisible();
  const labels = page.getByRole('button', { name: /^Redeem/ }).elements().map((one) => one.getAttribute('aria-label'));
  expect(labels).toEqual(['Redeem A sail for 500 points']);
  expect(await complaints(panel)).toEqual([]);
});

test('a failure offers to try again, and is told to the page', async () => {
  await scene.script(OverviewDocument, new Refusal(500, 'INTERNAL'), overview(member()));
  const told = vi.fn<(detail: unknown) => void>();
  document.body.addEventListener('guerdon-error', (event) => told((event as CustomEvent<unknown>).detail), { once: true });
  const panel = open();
  await expect.element(page.getByRole('alert')).toHaveTextContent('could not be loaded');
  expect(told).toHaveBeenCalledWith({ kind: 'server', code: 'INTERNAL', message: 'INTERNAL' });
  expect(await complaints(panel)).toEqual([]);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('1,240')).toBeVisible();
});

test('offline is said, and the panel comes back with the connection', async () => {
  await scene.script(OverviewDocument, 'hang-up', overview(member()));
  open();
  await expect.element(page.getByRole('alert')).toHaveTextContent('You are offline');
  window.dispatchEvent(new Event('online'));
  await expect.element(page.getByText('1,240')).toBeVisible();
});

test('a bucket that is empty is said', async () => {
  await scene.script(OverviewDocument, new Refusal(429, 'THROTTLED'));
  open();
  await expect.element(page.getByRole('alert')).toHaveTextContent('Try again in a few seconds');
});

test('a token that the server refuses is renewed once', async () => {
  await scene.script(OverviewDocument, new Refusal(401, 'UNAUTHENTICATED'), overview(member()));
  const given = ['ended', 'fresh'];
  open({ tokenProvider: () => Promise.resolve(given.shift() ?? null) });
  await expect.element(page.getByText('1,240')).toBeVisible();
  const asked = await scene.asked(OverviewDocument);
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer ended', 'Bearer fresh']);
});

test('the cart is quoted once it rests, explained on demand, and told to the page', async () => {
  const told = vi.fn<(detail: unknown) => void>();
  document.body.addEventListener('guerdon-quote', (event) => told((event as CustomEvent<unknown>).detail), { once: true });
  const panel = open({ cart: CART });
  await panel.updateComplete;
  for (const amount of [100, 200, 300]) {
    panel.cart = { ...CART, lines: [{ id: '1', amount }] };
    // One rendering per change, as a shop's page would.
    // oxlint-disable-next-line no-await-in-loop
    await panel.updateComplete;
  }
  await expect.element(page.getByText('This cart would earn 42 points')).toBeVisible();
  const asked = await scene.asked(QuoteDocument);
  expect(asked.map(({ variables }) => variables)).toEqual([
    { input: { cart: { currency: 'USD', lines: [{ id: '1', amount: 300 }] } } },
  ]);
  expect(told).toHaveBeenCalledWith({ earns: quote().earns, expiresAt: quote().expiresAt });
  await page.getByText('Why?').click();
  await expect.element(page.getByText('1 point per 1 $: 42 points')).toBeVisible();
  panel.cart = null;
  await expect.element(page.getByText('This cart would earn')).not.toBeInTheDocument();
});

test('a cart given as JSON takes the currency of the panel', async () => {
  const panel = open();
  panel.setAttribute('currency', 'EUR');
  panel.setAttribute('cart', '{"lines": [{"id": "1", "amount": 100}]}');
  await expect.element(page.getByText('This cart would earn 42 points')).toBeVisible();
  expect((await scene.asked(QuoteDocument))[0]?.variables).toMatchObject({ input: { cart: { currency: 'EUR' } } });
});

test('a quote that is refused leaves the rest as it is', async () => {
  const refused = { quote: null, userErrors: [{ code: 'INVALID', field: ['cart'], message: 'No.' }] } as const;
  await scene.script(QuoteDocument, { quote: { ...refused, userErrors: [{ ...refused.userErrors[0], field: ['cart'] }] } }, {
    quote: { quote: quote({ earns: [{ unit: points, amount: 0, state: 'AVAILABLE', maturesAt: null }] }), userErrors: [] },
  });
  open({ cart: CART });
  await expect.element(page.getByText('could not be worked out')).toBeVisible();
  await expect.element(page.getByText('1,240')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('This cart would earn no points.')).toBeVisible();
});

test('rewards beyond reach say how far, those sold out say so', async () => {
  const rewards = [
    reward({ id: 'a', name: 'Gone', inStock: false }),
    reward({ id: 'b', name: 'Far', points: 1300, affordable: false, pointsMissing: 60 }),
  ];
  await scene.script(OverviewDocument, overview(member(), rewards));
  const panel = open();
  await expect.element(page.getByText('60 points more')).toBeVisible();
  await expect.element(page.getByText('Sold out')).toBeVisible();
  expect(panel.shadowRoot?.querySelector('progress')?.value).toBe(1240);
  expect(await complaints(panel)).toEqual([]);
});

test('a reward is redeemed to a code by keyboard, with the focus where it is needed', async () => {
  const had = { ...redeemed({ id: 'red_0', voucher: { code: 'OLD-1', expiresAt: '2030-01-01T00:00:00Z' } }) };
  await scene.script(OverviewDocument, overview(member()), overview(member({ balances: [balance({ available: 740 })], redemptions: { nodes: [redeemed(), had] } })));
  await scene.script(RedeemDocument, { redeem: { redemption: redeemed(), userErrors: [] } });
  const told = vi.fn<(detail: unknown) => void>();
  document.body.addEventListener('guerdon-redeemed', (event) => told((event as CustomEvent<unknown>).detail), { once: true });
  const panel = open();
  const button = page.getByRole('button', { name: 'Redeem €5 off for 500 points' });
  await expect.element(button).toBeVisible();

  (button.element() as HTMLButtonElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('Spend 500 points? You keep 740 points.')).toBeVisible();
  await expectFocus(panel, 'Yes, redeem');
  await userEvent.keyboard('{Escape}');
  await expectFocus(panel, 'Redeem');
  expect(await scene.asked(RedeemDocument)).toEqual([]);

  await userEvent.keyboard('{Enter}');
  await expectFocus(panel, 'Yes, redeem');
  expect(await complaints(panel)).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await expectFocus(panel, '€5 off is yours');
  await expect.element(page.getByText('FIVE-7Q2K')).toBeVisible();
  await expect.element(page.getByRole('status')).toHaveTextContent('€5 off is yours');
  await expect.element(page.getByText('740', { exact: true })).toBeVisible();
  const detail = { redemptionId: 'red_1', rewardId: 'rwd_off', rewardName: '€5 off', points: 500, code: 'FIVE-7Q2K' };
  expect(told).toHaveBeenCalledWith(detail);
  expect(await complaints(panel)).toEqual([]);

  await page.getByText('Your codes').click();
  await expect.element(page.getByText('OLD-1')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.element(page.getByText('FIVE-7Q2K')).toBeVisible();
  expect(page.getByText('FIVE-7Q2K').elements()).toHaveLength(1);
});

test('an answer that is lost is asked for again under the same key; another attempt has another', async () => {
  await scene.script(RedeemDocument, 'hang-up', new Refusal(503, 'TIMEOUT'), { redeem: { redemption: redeemed(), userErrors: [] } });
  open();
  await redeemFirst();
  await expect.element(page.getByText('No answer came.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await vi.waitFor(async () => expect(await scene.asked(RedeemDocument)).toHaveLength(2));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('FIVE-7Q2K')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await redeemFirst();
  await expect.element(page.getByText('FIVE-7Q2K')).toBeVisible();
  const keys = (await scene.asked(RedeemDocument)).map(({ variables }) => (variables as { input: { idempotencyKey: string } }).input.idempotencyKey);
  expect(keys).toHaveLength(4);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(new Set(keys).size).toBe(2);
});

test('a refusal is put into words, and cancelled back to the list', async () => {
  await scene.script(RedeemDocument, {
    redeem: { redemption: null, userErrors: [{ code: 'OUT_OF_STOCK', field: ['redeem'], message: 'None left.' }] },
  });
  const panel = open();
  await redeemFirst();
  await expect.element(page.getByText('Somebody was faster').first()).toBeVisible();
  await expectFocus(panel, 'Cancel');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expectFocus(panel, 'Redeem');
});

test('two clicks on the confirmation send one request', async () => {
  await scene.script(RedeemDocument, 'never');
  open();
  await redeemFirst();
  const confirm = page.getByRole('button', { name: 'Redeeming' });
  await expect.element(confirm).toHaveAttribute('aria-disabled', 'true');
  (confirm.element() as HTMLButtonElement).click();
  expect(await scene.asked(RedeemDocument)).toHaveLength(1);
});

/** A page of the history with one entry: what an order brought. */
function historyPage(orderId: string, change: number, endCursor: string | null) {
  const at = '2026-11-20T10:00:00Z';
  const entry = { id: `tra_${orderId}`, kind: 'EARNED', at, unit: points, points: change, state: 'PENDING', orderId } as const;
  return { me: { id: 'mem_1', history: { nodes: [entry], pageInfo: { hasNextPage: endCursor !== null, endCursor } } } };
}

test('the history is asked for when it is opened, page by page', async () => {
  await scene.script(HistoryDocument, historyPage('A', 30, 'after-a'), historyPage('B', -12, null));
  const panel = open();
  await expect.element(page.getByText('History')).toBeVisible();
  expect(await scene.asked(HistoryDocument)).toEqual([]);
  await page.getByText('History').click();
  await expect.element(page.getByText('+30')).toBeVisible();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.element(page.getByText('−12')).toBeVisible();
  await expect.element(page.getByText('order A · on their way')).toBeVisible();
  expect((await scene.asked(HistoryDocument)).map(({ variables }) => variables)).toEqual([{ after: null }, { after: 'after-a' }]);
  expect(await complaints(panel)).toEqual([]);
});

test('another customer gets a panel of their own', async () => {
  await scene.script(OverviewDocument, overview(member()), overview(member({ name: 'Grace', balances: [balance({ available: 7 })] })));
  await scene.script(RedeemDocument, 'never');
  const panel = open();
  await page.getByRole('button', { name: 'Redeem €5 off for 500 points' }).click();
  panel.token = 'other';
  await expect.element(page.getByRole('region', { name: 'Grace’s rewards' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Yes, redeem' })).not.toBeInTheDocument();
});

test.each(['light', 'dark'])('axe finds nothing wrong in %s, at phone width', async (scheme) => {
  document.documentElement.style.colorScheme = scheme;
  document.body.style.width = '320px';
  const rewards = [reward(), reward({ id: 'b', name: 'Far', affordable: false, pointsMissing: 60 })];
  const expiries = [{ amount: 80, lastDay: '2030-12-03' }];
  await scene.script(OverviewDocument, overview(member({ balances: [balance({ pending: 20, expiries })] }), rewards));
  const panel = open({ cart: CART });
  await expect.element(page.getByText('This cart would earn 42 points')).toBeVisible();
  expect(await complaints(panel)).toEqual([]);
  expect(panel.shadowRoot?.querySelector('[style]')).toBeNull();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(window.innerWidth);
  document.documentElement.style.colorScheme = '';
  document.body.style.width = '';
});
