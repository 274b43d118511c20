import type { ExportRequest, Subject } from '@millrace/export';

/** The parts of the request of a Bulk Data export that its answers depend on. */
export interface BulkRequest {
  readonly bulk: NonNullable<ExportRequest['bulk']>;
  readonly filter?: Pick<NonNullable<ExportRequest['filter']>, 'since'> | undefined;
  readonly subjects: readonly Pick<Subject, 'name' | 'kind'>[];
}

/** @returns undefined for the request of another export */
export function asBulkRequest(
  request: Omit<BulkRequest, 'bulk'> & Pick<ExportRequest, 'bulk'>,
): BulkRequest | undefined {
  const { bulk } = request;
  return bulk === undefined ? undefined : { ...request, bulk };
}
