/** The Lua files, which are named after what they do. */
export const SCRIPTS = [
  'create',
  'key-holder',
  'trust-keys',
  'poll',
  'open-download',
  'await-downloads',
  'own-exports',
  'activate',
  'discard',
  'restore',
  'claim',
  'heartbeat',
  'release',
  'postpone',
  'plan-slice',
  'commit-part',
  'commit-shard',
  'read-parts',
  'read-steps',
  'decide',
  'settle',
  'forget-steps',
  'expire',
  'end-retention',
  'dispatch',
  'register',
  'sent-steps',
  'take-back',
  'resolve',
  'mend',
  'live-exports',
  'totals',
] as const;
export type ScriptName = (typeof SCRIPTS)[number];

/** The compiler does not copy Lua; this is the same folder seen from `src/` and from `dist/`. */
export const SCRIPT_FOLDER = new URL('../src/lua/', import.meta.url);
