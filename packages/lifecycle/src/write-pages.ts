import { manifestFileName, manifestPageKey, shardStepId } from '@millrace/export';
import type { ExportRequest, JobStore, ManifestPage, Part, Plan } from '@millrace/export';
import type { ObjectStore } from '@millrace/storage';
import type { Artefacts } from './remembered-artefacts.js';
import { lastStoredPage, storedPages } from './stored-pages.js';

export interface PagePorts {
  readonly jobs: Pick<JobStore, 'doneParts'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent'>;
  readonly artefacts: Pick<Artefacts, 'page'>;
}

/** Pages that the progress of an export leads to. Files and shards beyond the bounds of a page lead to more. */
const PAGES = 100;
/** A page ends behind the shard with which it has so much. It never has a part of a shard. */
const FULL = { files: 1_000, shards: 1_000 };
/** Shards that are read at once. */
const SHARDS_AT_ONCE = 100;

export function allowsPages({ bulk }: Pick<ExportRequest, 'bulk'>): boolean {
  return bulk?.allowPartialManifests === true;
}

/** Whether pages are looked for when a shard is done: looking after each of many shards would read the same again and again. */
export function isPageDue(plan: Pick<Plan, 'stages'>, shard: number): boolean {
  return (shard + 1) % Math.ceil(shardsPerPage(plan) / 4) === 0;
}

/**
 * Writes the pages that are due: with the files of all shards that are done, up to the first that is not. The stored
 * pages are read first, and each one holds as it was stored first. So any number of processes may write, also
 * those of a run that Redis has lost.
 *
 * @throws ArtefactError, NewerVersionError
 */
export async function writePages(ports: PagePorts, request: ExportRequest, plan: Plan): Promise<void> {
  let last = await lastStoredPage(ports.artefacts, request);
  for (;;) {
    const next = await nextPage(ports.jobs, request, plan, last);
    const shards = next.end - next.first;
    if (!isWorthPage(next) || (!isFull(next) && shards < shardsPerPage(plan))) return;
    last = await storePage(ports, request, next);
  }
}

/**
 * Writes pages until all files are in one. No page can come after them: a process that is late finds its number taken.
 *
 * @returns all pages
 * @throws ArtefactError, NewerVersionError, and Error when shards are not done
 */
export async function closePages(
  ports: PagePorts,
  request: ExportRequest,
  plan: Plan,
): Promise<readonly ManifestPage[]> {
  const pages = await storedPages(ports.artefacts, request);
  const shards = shardsOf(plan);
  for (;;) {
    const next = await nextPage(ports.jobs, request, plan, pages.at(-1));
    if (next.end < shards && !isFull(next))
      throw new Error(`shard ${next.end} of export ${request.id} is not done, and its files are in no page`);
    if (!isWorthPage(next)) return pages;
    pages.push(await storePage(ports, request, next));
  }
}

/** The page as it is stored: by this call, or by another process before. */
async function storePage(
  { store, artefacts }: PagePorts,
  { tenant, id }: ExportRequest,
  page: ManifestPage,
): Promise<ManifestPage> {
  const key = manifestPageKey(tenant, id, page.page);
  await store.createIfAbsent(key, Buffer.from(JSON.stringify(page)), 'must-exist');
  const stored = await artefacts.page({ tenant, id }, page.page);
  if (stored === undefined) throw new Error(`${key} is gone from the object store`);
  return stored;
}

/** The page behind `last`, with as much as there is now; it may be empty. */
async function nextPage(
  jobs: PagePorts['jobs'],
  request: ExportRequest,
  plan: Plan,
  last: ManifestPage | undefined,
): Promise<ManifestPage> {
  const stages = plan.stages.flatMap((tasks, stage) => tasks.map(() => stage));
  const first = last?.end ?? 0;
  const named = [...(last?.named ?? request.subjects.map(() => 0))];
  const page = { ...emptyPage(request, last), first, end: first, named };
  while (!isFull(page) && page.end < stages.length) {
    const most = Math.min(stages.length - page.end, SHARDS_AT_ONCE, FULL.shards - (page.end - first));
    const steps = Array.from({ length: most }, (_, at) => shardStepId(page.end + at));
    const done = await jobs.doneParts(request.id, steps);
    if (done.length === 0) break;
    for (const parts of done) {
      const stage = stages[page.end];
      page.end += 1;
      // Parts that other stages wrote for a subject are no output of it.
      const ofOutput = parts.filter(({ subject }) => plan.outputs[subject]?.stage === stage);
      for (const part of ofOutput) page.files.push(nameFile(part, request, named));
      if (isFull(page)) break;
    }
  }
  return page;
}

function emptyPage({ id }: ExportRequest, last: ManifestPage | undefined) {
  const files: ManifestPage['files'] = [];
  return { schemaVersion: 1 as const, exportId: id, page: (last?.page ?? -1) + 1, files };
}

/** Names a file as the manifest will. */
function nameFile(
  { subject, ...part }: Part,
  { id, subjects, format }: ExportRequest,
  named: number[],
): ManifestPage['files'][number] {
  const output = subjects[subject];
  if (output === undefined)
    throw new Error(
      `output file ${part.key} is of subject ${subject}, which the request of ${id} does not have`,
    );
  const n = (named[subject] ?? 0) + 1;
  named[subject] = n;
  return { subject, name: manifestFileName(output.name, n, format), ...part };
}

function isFull({ files, first, end }: ManifestPage): boolean {
  return files.length >= FULL.files || end - first >= FULL.shards;
}

/** A page without files says nothing to a client, but spares that a full page of shards is read again and again. */
function isWorthPage(page: ManifestPage): boolean {
  return page.files.length > 0 || isFull(page);
}

function shardsOf({ stages }: Pick<Plan, 'stages'>): number {
  return stages.reduce((sum, tasks) => sum + tasks.length, 0);
}

function shardsPerPage(plan: Pick<Plan, 'stages'>): number {
  return Math.max(1, Math.ceil(shardsOf(plan) / PAGES));
}
