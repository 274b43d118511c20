import type { ExportRequest } from '@millrace/export';
import type { OutputPart } from '@millrace/lifecycle';
import { PartitionLimitError } from '@millrace/run';

/** An output has more partitions than one may have. No range of it had. */
export class TooManyPartitionsError extends PartitionLimitError {
  readonly subject: number;

  constructor(subject: number, column: string, most: number) {
    super(column, most);
    this.subject = subject;
  }
}

/** @throws TooManyPartitionsError */
export function checkPartitions(
  { partitionBy }: Pick<ExportRequest, 'partitionBy'>,
  files: readonly (readonly Pick<OutputPart, 'partitionValues'>[])[],
  most: number,
): void {
  if (partitionBy === undefined) return;
  for (const [subject, ofSubject] of files.entries()) {
    const values = new Set(ofSubject.map(({ partitionValues }) => partitionValues?.[partitionBy]));
    if (values.size > most) throw new TooManyPartitionsError(subject, partitionBy, most);
  }
}
