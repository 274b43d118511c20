import type { Events, RunFacts } from '@millrace/observability';
import { ProtocolError } from '@millrace/protocol';
import type { RunRequest } from '@millrace/protocol';
import { inputsOf, inputsOfContent, runViews } from '@millrace/run';
import type { EnginePool, PatientFinder, MalformedLines, RunOrder, RunReport } from '@millrace/run';
import type { Source } from '@millrace/storage';
import { SourceUnavailableError } from '@millrace/storage';
import type { Gate } from '@millrace/threads';
import type { Response } from 'express';
import { createRowSender } from './row-sender.js';
import type { RowSender } from './row-sender.js';
import { runContent } from './run-content.js';
import { runFault } from './run-fault.js';
import { runFilter } from './run-filter.js';
import { ClientGoneError, openRunLife } from './run-life.js';
import type { RunLife } from './run-life.js';
import type { RunLimits } from './run-limits.js';

/** Ports and settings that all runs share. */
export interface RunPorts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly pool: Pick<EnginePool, 'run' | 'describe' | 'size'> & PatientFinder;
  /** Limits the runs at work. */
  readonly gate: Pick<Gate, 'enter'>;
  readonly limits: RunLimits;
  readonly malformedLines: MalformedLines;
  readonly events: Pick<Events, 'runStarted' | 'runEnded' | 'runFailed' | 'runNoticed'>;
}

/** Bytes of rows that wait for those before them or for the client, for each run. */
const MOST_WAITING_BYTES = 8 << 20;

/**
 * Evaluates a run and sends its rows while they come.
 *
 * @param subject the parameter that stands for the subject in faults
 * @throws what the client is told; once part of the rows was sent, the connection has to be broken off
 */
export async function serveRun(
  ports: RunPorts,
  run: RunRequest,
  about: RunFacts,
  response: Response,
  subject: string,
): Promise<void> {
  const { events, limits } = ports;
  using life = openRunLife(response, limits);
  const leave = await ports.gate.enter(1);
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  const sender = createRowSender(response, run, limits, life.signal);
  try {
    life.begin();
    events.runStarted({ ...about, ...startFacts(run) });
    const passedOver = run.given?.passedOver ?? 0;
    if (passedOver > 0) events.runNoticed({ ...about, kind: 'other-type', count: passedOver });
    const report = await evaluate(ports, run, about, sender, life);
    for (const { kind, count } of report.notices)
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
    const told = runFault(life.signal.aborted ? life.signal.reason : error, subject);
    const isGone = told instanceof ClientGoneError;
    const stage = isGone ? 'gone' : sender.firstAt === undefined ? 'refused' : 'cut';
    const reason = isGone || told instanceof ProtocolError ? told.message : 'a fault in the server';
    events.runFailed({ ...about, stage, reason, ...sender.sent, durationMs: elapsed() });
    if (!isGone) throw told;
  } finally {
    leave();
  }
}

async function evaluate(
  { sources, pool, malformedLines, events }: RunPorts,
  run: RunRequest,
  about: RunFacts,
  sender: RowSender,
  { signal }: RunLife,
): Promise<RunReport> {
  signal.throwIfAborted();
  const { view, source, form, given } = run;
  const { fhirVersion, name } = source;
  const bases = source.baseUrls;
  const { format } = form;
  const engine = 'auto';
  const views = [{ subject: 0, view }];
  const [facts] = await pool.describe({ views, fhirVersion, bases, engine, format }, signal, 'in turn');
  if (facts === undefined) throw new Error('a view was not described');
  const { undated, ...filter } = await runFilter(pool, run, signal);
  if (undated > 0) events.runNoticed({ ...about, kind: 'unreadable-date', count: undated });
  const order: RunOrder = {
    views: [{ view, resource: String(view['resource']), ...facts }],
    inputs:
      given === undefined
        ? inputsOf(sourceNamed(sources, name))
        : inputsOfContent(await runContent(given.resources), fhirVersion),
    fhirVersion,
    bases,
    ...filter,
    engine,
    format,
    header: run.header,
    ...(run.limit === undefined ? {} : { mostRows: run.limit }),
    malformedLines: given === undefined ? malformedLines : 'fail',
    limits: { rangesAtOnce: pool.size, waitingBytes: MOST_WAITING_BYTES },
  };
  return runViews(order, { pool, openSink: () => Promise.resolve(sender) }, signal);
}

function sourceNamed(sources: RunPorts['sources'], name: string): Source {
  const source = sources.get(name);
  if (source === undefined) throw new SourceUnavailableError(name, 'this server has no source of that name');
  return source;
}

function startFacts({ given, notices }: RunRequest): {
  resourceCount?: number;
  passedOver?: number;
  doubts?: number;
} {
  return {
    ...(given === undefined ? {} : { resourceCount: given.resources.length, passedOver: given.passedOver }),
    ...(notices.length === 0 ? {} : { doubts: notices.length }),
  };
}
