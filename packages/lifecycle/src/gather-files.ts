import type { ExportRequest, JobStore, Part, PartitionValues, Plan } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import { gatherParts } from './gather-parts.js';
import { byPartition, partitionsOf } from './partition-values.js';
import { allowsPages, closePages } from './write-pages.js';
import type { PagePorts } from './write-pages.js';

/** A file of an output with what the manifest tells of it beside the part. */
export type OutputPart = Part & {
  /** Absent where the output has no partitions, and in the file of one without rows. */
  readonly partitionValues?: PartitionValues;
};

/** The files of the output of every subject, in request order, each in input order; those with partitions by partition first. */
export interface OutputFiles {
  readonly files: OutputPart[][];
  /** How many stored pages list them; undefined where the client did not allow pages. */
  readonly pages: number | undefined;
}

/**
 * The files for the manifest of an export whose shards are done. Where there are pages, they are those of the pages:
 * clients may have them already, and shards that ran again because Redis was lost wrote others.
 */
export async function gatherFiles(
  ports: PagePorts & { readonly jobs: Pick<JobStore, 'parts'>; readonly store: Pick<ObjectStore, 'read'> },
  request: ExportRequest,
  plan: Plan,
): Promise<OutputFiles> {
  if (!allowsPages(request)) {
    const files = await gatherParts(ports.jobs, request, plan);
    return { files: await withPartitions(ports.store, request, files), pages: undefined };
  }
  const pages = await closePages(ports, request, plan);
  const files: Part[][] = request.subjects.map(() => []);
  for (const { name: _name, ...part } of pages.flatMap((page) => page.files)) files[part.subject]?.push(part);
  return { files, pages: pages.length };
}

async function withPartitions(
  store: Pick<ObjectStore, 'read'>,
  { partitionBy }: Pick<ExportRequest, 'partitionBy'>,
  files: Part[][],
): Promise<OutputPart[][]> {
  if (partitionBy === undefined) return files;
  const partitionOf = await partitionsOf(store, files.flat());
  return files.map((ofSubject) =>
    byPartition(ofSubject, partitionOf).map((part): OutputPart => {
      const value = partitionOf(part);
      return value === undefined ? part : { ...part, partitionValues: { [partitionBy]: value } };
    }),
  );
}
