/** Kinds of event that are offered while typing; docs/webhooks.md has them all, and the server takes no others. */
export const eventKinds = [
  'activity.decided',
  'points.expiring',
  'program.archived',
  'program.paused',
  'program.published',
  'program.resumed',
  'redemption.cancelled',
  'redemption.confirmed',
  'redemption.expired',
  'redemption.reserved',
  'voucher.issued',
  'webhook.disabled',
];
