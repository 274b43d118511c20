import type { ExportRecord, Manifest } from '@millrace/export';

/** The writer of an outcome, its time, and the time until which the result is kept. Times in ms. */
export interface Decided {
  readonly writtenBy: string;
  readonly endedAt: number;
  readonly expiresAt: number;
}

/** The part that every manifest and tombstone of an export has. */
export function manifestHead(
  record: Pick<ExportRecord, 'id' | 'tenant' | 'client' | 'acceptedAt' | 'startedAt'>,
  decided: Decided,
): Omit<Extract<Manifest, { outcome: 'cancelled' }>, 'outcome'> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    schemaVersion: 1,
    exportId: record.id,
    tenant: record.tenant,
    client: record.client,
    writtenBy: decided.writtenBy,
    acceptedAt: iso(record.acceptedAt),
    ...(record.startedAt === undefined ? {} : { startedAt: iso(record.startedAt) }),
    endedAt: iso(decided.endedAt),
    expiresAt: iso(decided.expiresAt),
  };
}
