import type { ExportRequest, JobStore, Part, Plan } from '@millrace/export';
import { gatherParts } from './gather-parts.js';
import { allowsPages, closePages } from './write-pages.js';
import type { PagePorts } from './write-pages.js';

/** The files of the output of every subject, in request order, each in input order. */
export interface OutputFiles {
  readonly files: Part[][];
  /** How many stored pages list them; undefined where the client did not allow pages. */
  readonly pages: number | undefined;
}

/**
 * The files for the manifest of an export whose shards are done. Where there are pages, they are those of the pages:
 * clients may have them already, and shards that ran again because Redis was lost wrote others.
 */
export async function gatherFiles(
  ports: PagePorts & { readonly jobs: Pick<JobStore, 'parts'> },
  request: ExportRequest,
  plan: Plan,
): Promise<OutputFiles> {
  if (!allowsPages(request)) return { files: await gatherParts(ports.jobs, request, plan), pages: undefined };
  const pages = await closePages(ports, request, plan);
  const files: Part[][] = request.subjects.map(() => []);
  for (const { name: _name, ...part } of pages.flatMap((page) => page.files)) files[part.subject]?.push(part);
  return { files, pages: pages.length };
}
