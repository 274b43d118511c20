import type { Events, RunFacts } from '@millrace/observability';
import { ProtocolError } from '@millrace/protocol';
import { runFault } from './run-fault.js';
import { ClientGoneError, SlowClientError } from './run-life.js';

type RunFailed = Events['runFailed'];

/** Swallows that the client went away: nobody is to be told. */
export function unlessGone(error: unknown): undefined {
  if (!(error instanceof ClientGoneError)) throw error;
}

/**
 * Tells that a run did not end.
 *
 * @param subjectAt the parameter that gave the subject
 * @throws what the client is told, unless it went away
 */
export function reportRunFault(
  events: { readonly runFailed: RunFailed },
  about: RunFacts & Pick<Parameters<RunFailed>[0], 'rowCount' | 'bytes' | 'durationMs'>,
  { cause, subjectAt, isBegun }: { cause: unknown; subjectAt: string | undefined; isBegun: boolean },
): void {
  const told = runFault(cause, subjectAt);
  const isKnown = told instanceof ProtocolError || cause instanceof ClientGoneError;
  const reason = isKnown && told instanceof Error ? told.message : 'a fault in the server';
  const stage = stageOf(cause, isBegun);
  events.runFailed({ ...about, stage, reason });
  if (stage !== 'gone') throw told;
}

function stageOf(cause: unknown, isBegun: boolean): Parameters<RunFailed>[0]['stage'] {
  if (cause instanceof ClientGoneError) return 'gone';
  if (cause instanceof SlowClientError) return 'slow';
  return isBegun ? 'cut' : 'refused';
}
