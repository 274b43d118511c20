/** A key of Redis as data, so that any version of Redis takes it. */
export type SavedKey = { readonly key: string; readonly ttlMs: number | undefined } & (
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'list' | 'set'; readonly value: readonly string[] }
  /** Members, each followed by its score. */
  | { readonly type: 'zset'; readonly value: readonly string[] }
);

/** What an installation had when it was stopped, beside the files of its object store and its source. */
export interface SavedState {
  /** Commit of the product that wrote it. */
  readonly commit: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  /** Ids of the exports by what they were then; `filtered` was running too, for some of the patients. */
  readonly exports: {
    readonly completed: string;
    readonly running: string;
    readonly waiting: string;
    readonly filtered?: string;
  };
  /** What the product knew files by: the path below the saved folder, and the version. */
  readonly versions: Readonly<Record<string, string>>;
  readonly keys: readonly SavedKey[];
}

/** What all keys of the saved Redis begin with. */
export const SAVED_PREFIX = '{millrace}';

const DAY_MS = 86_400_000;

/**
 * The same text, had everything in it happened later: instants, and milliseconds since the epoch near the time at which the
 * state was taken.
 */
export function laterBy(ms: number, takenAt: number, text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (instant) =>
      new Date(Date.parse(instant) + ms).toISOString(),
    )
    .replace(/(?<![\d.])\d{13}(?!\d)/g, (digits) =>
      Math.abs(Number(digits) - takenAt) < 400 * DAY_MS ? String(Number(digits) + ms) : digits,
    );
}
