import type { ExportRecord, StepRef } from '@millrace/export';
import type { ExecutionPorts } from '../ports.js';

/** Does something with the record of an export, if there is one. */
export async function withRecord(
  ports: Pick<ExecutionPorts, 'jobs'>,
  ref: Pick<StepRef, 'exportId'>,
  act: (record: ExportRecord) => Promise<unknown>,
): Promise<void> {
  const record = await ports.jobs.read(ref.exportId);
  if (record !== undefined) await act(record);
}
