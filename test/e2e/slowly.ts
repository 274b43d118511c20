/** fhirpath.js is the slow engine, so that there is a middle. */
export const SLOWLY = { ENGINE: 'fhirpath', ENGINE_THREADS: '1' };

/** With several shards, cuts and leases in it, and attempts enough for a Redis that goes and comes. */
export const SLOWLY_IN_CUTS = {
  ...SLOWLY,
  SHARD_BYTES: '4000000',
  CUT_BYTES: '300000',
  LEASE: '2s',
  LEASE_MARGIN: '300ms',
  MAX_ATTEMPTS: '20',
};
