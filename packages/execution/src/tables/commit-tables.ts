import { LeaseLostError } from '@millrace/export';
import type { ExportRequest, Lease, ManifestTable } from '@millrace/export';
import { keepCommittedTables } from '@millrace/lifecycle';
import type { OutputPart } from '@millrace/lifecycle';
import { commitGeneration, deliverFile, deltaSchema, tableFileName } from '@millrace/tables';
import type { SubjectFacts } from '../describe-subjects.js';
import type { ExecutionPorts } from '../ports.js';

/** Files that are copied to a destination at a time. */
const DELIVERED_AT_ONCE = 4;

/**
 * Makes each output the next version of its table, after its files were copied there. Files come first and the version last, so
 * that readers see the rows before or those of this export. Another attempt goes on where this one ended: it finds the files
 * that are there, and the versions that are its own.
 *
 * @returns the tables in the order of the outputs; none where none were asked for
 * @throws TableRefusedError, ColumnNotInDeltaError, DestinationError, DeliveryError, LeaseLostError; the reason of `stop`
 */
export async function commitTables(
  ports: Pick<ExecutionPorts, 'destinations' | 'jobs' | 'settings' | 'store'>,
  lease: Lease,
  request: ExportRequest,
  {
    files,
    facts,
  }: { readonly files: readonly (readonly OutputPart[])[]; readonly facts: readonly SubjectFacts[] },
  stop: AbortSignal,
): Promise<readonly ManifestTable[]> {
  const { table: asked, tenant, id, partitionBy, subjects } = request;
  if (asked === undefined) return [];
  const { format, destination } = asked;
  const to = await ports.destinations.open(tenant, destination);
  const mayCommit = async (): Promise<void> => {
    stop.throwIfAborted();
    const { kind } = await ports.jobs.heartbeat(lease, ports.settings.lease.leaseMs);
    if (kind === 'fenced') throw new LeaseLostError('fenced', lease);
  };
  const tables: ManifestTable[] = [];
  for (const [index, { name }] of subjects.entries()) {
    const named = (files[index] ?? []).map((file, at) => ({
      file,
      name: tableFileName(id, at + 1, file.sha256),
    }));
    const waiting = named.values();
    const deliver = async (): Promise<void> => {
      for (const { file, name: target } of waiting) {
        await deliverFile(ports.store, file, to, `${name}/${target}`, stop);
      }
    };
    await Promise.all(Array.from({ length: DELIVERED_AT_ONCE }, deliver));
    const version = await commitGeneration(
      to,
      name,
      {
        files: named.map(({ file: { bytes, rows, partitionValues = {} }, name: target }) => {
          return { name: target, bytes, rows, partitionValues: withoutEmpty(partitionValues) };
        }),
        schema: deltaSchema(facts[index]?.told ?? []),
        partitionColumns: partitionBy === undefined ? [] : [partitionBy],
        writer: `millrace:${id}:${index}`,
        at: Date.now(),
      },
      mayCommit,
    );
    tables.push({ format, destination, name, version });
  }
  await keepCommittedTables(ports.store, request, tables);
  return tables;
}

/** In a Delta table, an empty text is no value: https://github.com/delta-io/delta/blob/master/PROTOCOL.md#partition-value-serialization */
function withoutEmpty(values: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === '' ? null : value]),
  );
}
