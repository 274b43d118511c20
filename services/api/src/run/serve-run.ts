import type { Events, RunFacts } from '@millrace/observability';
import type { RunNotice, ViewRun } from '@millrace/protocol';
import { inputsOf, inputsOfContent, runViews } from '@millrace/run';
import type { MalformedLines, RunOrder, RunReport, RunThreads, SharedThreads } from '@millrace/run';
import type { Source } from '@millrace/storage';
import { SourceUnavailableError, boundInflation } from '@millrace/storage';
import type { Response } from 'express';
import type { PaceTerms } from './client-pace.js';
import { createRowSender } from './row-sender.js';
import type { RowSender } from './row-sender.js';
import { runContent } from './run-content.js';
import { runFilter } from './run-filter.js';
import { openRunLife } from './run-life.js';
import type { RunLimits } from './run-limits.js';
import { reportRunFault, unlessGone } from './run-outcome.js';
import type { RunTurns } from './run-turns.js';

/** Ports and settings that all runs share. */
export interface RunPorts {
  /** How CSV is written, beside what its client says. */
  readonly csv: Pick<RunOrder, 'formulas'>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly threads: SharedThreads;
  readonly turns: RunTurns;
  readonly limits: RunLimits;
  readonly pace: PaceTerms;
  readonly malformedLines: MalformedLines;
  readonly events: Pick<Events, 'runStarted' | 'runEnded' | 'runFailed' | 'runNoticed'>;
}

/** Bytes of rows that wait for those before them or for the client, for each run. */
const WAITING_BYTES = 4 << 20;
/** Bytes of rows that a thread gathers before it hands them over, and of the rows of one resource, which cannot be divided. */
const MEMORY = { partBytes: 2 << 20, resourceBytes: 8 << 20 };

/** A run as its client asked for it. */
export interface ServedRun {
  readonly run: ViewRun;
  readonly about: RunFacts;
  /** Runs of one client share turns and threads. */
  readonly client: string;
  readonly takesTrailers: boolean;
}

/**
 * Evaluates a run and sends its rows while they come.
 *
 * @throws what the client is told; once part of the rows was sent, the connection has to be broken off
 */
export async function serveRun(ports: RunPorts, served: ServedRun, response: Response): Promise<void> {
  const { events, limits } = ports;
  const { run, about, client, takesTrailers } = served;
  using life = openRunLife(response, limits, ports.pace, () => sender.taken());
  const { signal } = life;
  const maySkipLines = run.given === undefined && ports.malformedLines === 'skip';
  const sender = createRowSender(response, { form: run.form, limits, takesTrailers, maySkipLines }, signal);
  const { owedMs, giveWay } = life;
  const leave = await ports.turns.enter({ client, signal, owedMs, giveWay }).catch(unlessGone);
  if (leave === undefined) return;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  try {
    life.begin();
    events.runStarted({ ...about, ...startFacts(run) });
    sender.tell(noticesBefore(run));
    const report = await evaluate(ports, served, ports.threads.runOf(client), sender, signal);
    for (const { kind, count } of [...otherTypes(run), ...report.notices])
      events.runNoticed({ ...about, kind, ...(count === undefined ? {} : { count }) });
    const firstByteMs = Math.round((sender.firstAt ?? startedAt) - startedAt);
    events.runEnded({
      ...about,
      ...sender.sent,
      resourceCount: report.resources,
      firstByteMs,
      durationMs: elapsed(),
    });
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : error;
    const isBegun = sender.firstAt !== undefined;
    const facts = { ...about, ...sender.sent, durationMs: elapsed() };
    reportRunFault(events, facts, { cause, subjectAt: run.subjectAt, isBegun });
  } finally {
    leave();
  }
}

/** The notices that are known before the run begins. */
function noticesBefore(run: ViewRun): readonly RunNotice[] {
  const doubts = run.notices.length;
  return [...(doubts === 0 ? [] : [{ kind: 'view' as const, count: doubts }]), ...otherTypes(run)];
}

function otherTypes({ given }: ViewRun): readonly (RunNotice & { count: number })[] {
  const count = given?.passedOver ?? 0;
  return count === 0 ? [] : [{ kind: 'other-type', count }];
}

async function evaluate(
  { sources, csv, limits: { gzipRatio }, malformedLines, events }: RunPorts,
  { run, about }: ServedRun,
  pool: RunThreads,
  sender: RowSender,
  signal: AbortSignal,
): Promise<RunReport> {
  signal.throwIfAborted();
  const { view, source, form, given } = run;
  const { fhirVersion, name } = source;
  const bases = source.baseUrls;
  const { format } = form;
  const engine = 'auto';
  const views = [{ subject: 0, view }];
  const [facts] = await pool.describe({ views, fhirVersion, bases, engine, format }, signal);
  if (facts === undefined) throw new Error('a view was not described');
  const { undated, ...filter } = await runFilter(pool, run, signal);
  if (undated > 0) {
    events.runNoticed({ ...about, kind: 'unreadable-date', count: undated });
    sender.tell([{ kind: 'unreadable-date', count: undated }]);
  }
  const order: RunOrder = {
    views: [{ view, resource: String(view['resource']), ...facts }],
    inputs:
      given === undefined
        ? inputsOf(boundInflation(sourceNamed(sources, name), gzipRatio))
        : inputsOfContent(await runContent(given.resources), fhirVersion),
    fhirVersion,
    bases,
    ...filter,
    engine,
    format,
    header: run.header,
    ...(format === 'csv' ? csv : {}),
    ...(run.limit === undefined ? {} : { mostRows: run.limit }),
    malformedLines: given === undefined ? malformedLines : 'fail',
    limits: { rangesAtOnce: pool.size, waitingBytes: WAITING_BYTES, ...MEMORY },
  };
  const openSink = async (_: number, notices: readonly RunNotice[]): Promise<RowSender> => {
    sender.tell(notices);
    return sender;
  };
  return runViews(order, { pool, openSink }, signal);
}

function sourceNamed(sources: RunPorts['sources'], name: string): Source {
  const source = sources.get(name);
  if (source === undefined) throw new SourceUnavailableError(name, 'this server has no source of that name');
  return source;
}

function startFacts({ given, notices }: ViewRun): {
  resourceCount?: number;
  passedOver?: number;
  doubts?: number;
} {
  return {
    ...(given === undefined ? {} : { resourceCount: given.resources.length, passedOver: given.passedOver }),
    ...(notices.length === 0 ? {} : { doubts: notices.length }),
  };
}
