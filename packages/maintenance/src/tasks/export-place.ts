import type { ExportRecord, Retention } from '@millrace/export';

/** A file of an export that has ended, in the order in which exports expire. It stays one when others come and go. */
export interface ExportPlace {
  /** In ms since the epoch. */
  readonly expiresAt: number;
  readonly id: string;
  /** Index in the manifest; `BEHIND_ALL` after the last one. */
  readonly file: number;
}

export const BEHIND_ALL = Number.MAX_SAFE_INTEGER;

/** The place that a cursor names; undefined for none, and for a text that is no place. */
export function placeFrom(cursor: string | undefined): ExportPlace | undefined {
  const [, expiresAt, id, file] = /^(\d{1,16}):([^:]+):(\d{1,16})$/.exec(cursor ?? '') ?? [];
  if (expiresAt === undefined || id === undefined || file === undefined) return undefined;
  return { expiresAt: Number(expiresAt), id, file: Number(file) };
}

export function textOf({ expiresAt, id, file }: ExportPlace): string {
  return `${Math.trunc(expiresAt)}:${id}:${file}`;
}

export function comesBefore(a: ExportPlace, b: ExportPlace): boolean {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt < b.expiresAt;
  if (a.id !== b.id) return a.id < b.id;
  return a.file < b.file;
}

/** How many exports are wholly before a place: found in as many look-ups as their number has binary digits, twice. */
export async function rankOf(jobs: Pick<Retention, 'expired'>, place: ExportPlace): Promise<number> {
  const isBefore = async (rank: number): Promise<boolean> => {
    const [record] = await jobs.expired(Number.MAX_SAFE_INTEGER, 1, rank);
    return record !== undefined && isWhollyBefore(record, place);
  };
  let most = 1;
  while (await isBefore(most - 1)) most *= 2;
  // All before `least` are before the place, and the one at `most - 1` is not.
  let least = Math.floor(most / 2);
  while (least < most - 1) {
    const middle = Math.floor((least + most - 1) / 2);
    if (await isBefore(middle)) least = middle + 1;
    else most = middle + 1;
  }
  return least;
}

function isWhollyBefore({ expiresAt = 0, id }: ExportRecord, place: ExportPlace): boolean {
  if (expiresAt === place.expiresAt && id === place.id) return place.file === BEHIND_ALL;
  return comesBefore({ expiresAt, id, file: 0 }, place);
}
