import type { TenantLimits } from '@millrace/auth';
import type { CompletedManifest, ExportOrder, ExportRecord, Owner } from '@millrace/export';
import { prepareExport, removeExport } from '@millrace/lifecycle';
import type { AcceptPorts, RemovePorts } from '@millrace/lifecycle';
import type { RunFacts } from '@millrace/observability';
import { tooManyExports } from '@millrace/protocol';
import type { RunNotice, SqlRun } from '@millrace/protocol';
import type { CommittedObjects } from '@millrace/storage';
import type { Response } from 'express';
import { awaitExport } from './await-export.js';
import type { AwaitPorts } from './await-export.js';
import { createRowSender } from './row-sender.js';
import type { RowSender } from './row-sender.js';
import { failureFault } from './run-fault.js';
import { openRunLife } from './run-life.js';
import { reportRunFault, unlessGone } from './run-outcome.js';
import { exportLimitsOf } from '../export-limits.js';
import type { RunPorts } from './serve-run.js';

/** The ports of runs that workers carry out. */
export interface QueryPorts extends Omit<AcceptPorts, 'jobs'> {
  jobsOf(tenant: string): AcceptPorts['jobs'] & AwaitPorts['jobs'] & RemovePorts['jobs'];
  readonly artefacts: AwaitPorts['artefacts'];
  readonly objects: CommittedObjects;
  readonly retentionMs: number;
  readonly store: AcceptPorts['store'] & RemovePorts['store'];
  limitsOf(tenant: string): TenantLimits;
  readonly run: Pick<RunPorts, 'csv' | 'turns' | 'limits' | 'pace' | 'malformedLines' | 'events'>;
}

export interface ServedQuery {
  readonly run: SqlRun;
  readonly about: RunFacts;
  readonly owner: Owner;
  readonly takesTrailers: boolean;
}

/**
 * Runs SQL as an export of which no client knows, waits for its end, and sends its rows. The export is removed when the
 * answer ends; one that runs is cancelled, because nobody waits for it.
 *
 * @throws what the client is told; once part of the rows was sent, the connection has to be broken off
 */
export async function serveQuery(ports: QueryPorts, served: ServedQuery, response: Response): Promise<void> {
  const { events, limits, turns, pace, malformedLines } = ports.run;
  const { run, about, owner, takesTrailers } = served;
  using life = openRunLife(response, limits, pace, () => sender.taken());
  const { signal, owedMs, giveWay } = life;
  const maySkipLines = malformedLines === 'skip';
  const sender = createRowSender(response, { form: run.form, limits, takesTrailers, maySkipLines }, signal);
  const client = JSON.stringify([owner.tenant, owner.client]);
  const leave = await turns.enter({ client, signal, owedMs, giveWay }).catch(unlessGone);
  if (leave === undefined) return;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  try {
    life.begin();
    events.runStarted({ ...about, ...(run.notices.length === 0 ? {} : { doubts: run.notices.length }) });
    await runExport(ports, served, sender, signal);
    const firstByteMs = Math.round((sender.firstAt ?? startedAt) - startedAt);
    events.runEnded({ ...about, ...sender.sent, resourceCount: 0, firstByteMs, durationMs: elapsed() });
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    const isBegun = sender.firstAt !== undefined;
    const facts = { ...about, ...sender.sent, durationMs: elapsed() };
    reportRunFault(events, facts, { cause, subjectAt: run.subjectAt, isBegun });
  } finally {
    leave();
  }
}

async function runExport(
  ports: QueryPorts,
  { run, owner }: ServedQuery,
  sender: RowSender,
  signal: AbortSignal,
): Promise<void> {
  const jobs = ports.jobsOf(owner.tenant);
  const order = { ...orderOf(run, ports.run), ...exportLimitsOf(ports.limitsOf(owner.tenant)) };
  const accept = await prepareExport({ ...ports, jobs }, order, ownerOfRuns(owner));
  const accepted = await accept();
  if (accepted.kind === 'full') throw tooManyExports(accepted.active);
  if (accepted.kind !== 'accepted') throw new Error('a run has no idempotency key that an export could hold');
  const { id, tenant } = accepted.request;
  try {
    const end = await awaitExport({ jobs, artefacts: ports.artefacts }, { id, tenant }, signal);
    if (end.kind === 'failed')
      throw failureFault(end.failure, new Error(`export ${id} of a run failed`), run.subjectAt);
    await sendRows(ports.objects, end.manifest, sender, signal);
  } finally {
    void ports.background.run(() => removeRun({ ...ports, jobs }, id));
  }
}

/**
 * The owner of the exports of runs of a client: they are in no list of exports of the client, and they have turns of their own
 * beside its long exports. No client has such a name, because of the tab.
 */
function ownerOfRuns({ tenant, client }: Owner): Owner {
  return { tenant, client: `${client}\trun` };
}

function orderOf(run: SqlRun, { csv, limits }: Pick<RunPorts, 'csv' | 'limits'>): ExportOrder {
  const { operation, form, header, source, subject, relations, filter, handling, notices, limit } = run;
  const isResource = form.format === 'fhir';
  return {
    operation,
    format: form.format === 'fhir' ? 'json' : form.format,
    header,
    ...(form.format === 'csv' ? csv : {}),
    handling,
    source: source.name,
    fhirVersion: source.fhirVersion,
    baseUrls: [...source.baseUrls],
    ...(source.versions === true ? { versions: true } : {}),
    subjects: [{ ...subject, name: 'rows' }],
    ...relations,
    // One row more than may be answered tells that there are too many.
    run: {
      limit: Math.min(limit ?? Infinity, limits.rows + 1),
      bytes: limits.bytes,
      ...(isResource ? { format: 'fhir' } : {}),
    },
    ...(filter === undefined ? {} : { filter }),
    ...(notices.length === 0 ? {} : { notices: [...notices] }),
  };
}

async function sendRows(
  objects: CommittedObjects,
  { outputs, notices }: CompletedManifest,
  sender: RowSender,
  signal: AbortSignal,
): Promise<void> {
  const [file, ...others] = outputs.flatMap(({ files }) => files);
  if (file === undefined || others.length > 0) throw new Error('a run has not exactly one file');
  sender.tell(notices.filter(({ kind }) => kind !== 'no-rows').map(toldNotice));
  sender.expect?.(file);
  for await (const chunk of objects.stream(file.key, { start: 0, end: file.bytes }, file)) {
    signal.throwIfAborted();
    await sender.write(chunk);
  }
  await sender.commit({ late: [] });
}

function toldNotice({ kind, count }: CompletedManifest['notices'][number]): RunNotice {
  return { kind, ...(count === undefined ? {} : { count }) };
}

async function removeRun(
  ports: RemovePorts & { readonly jobs: AwaitPorts['jobs'] },
  id: ExportRecord['id'],
): Promise<void> {
  const record = await ports.jobs.read(id);
  if (record !== undefined) await removeExport(ports, record);
}
