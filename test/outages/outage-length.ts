/**
 * How long each outage of these tests lasts, in ms: long enough for what waits to come due, and for a busy loop to
 * show. `npm run test:outages` makes it minutes.
 */
export const OUTAGE_MS = Number(process.env['OUTAGE_SECONDS'] ?? 17) * 1_000;
/** Time for a test around its outage. */
export const AROUND_MS = 120_000;
