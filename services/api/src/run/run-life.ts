import { everyTick } from '@millrace/threads';
import type { Response } from 'express';
import { createClientPace } from './client-pace.js';
import type { PaceTerms, RowsTaken } from './client-pace.js';
import { tooLong } from './run-limits.js';
import type { RunLimits } from './run-limits.js';

/** The client of a run went away: nobody waits for its rows. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';

  constructor() {
    super('the client went away');
  }
}

/** The client of a run takes its rows too slowly, and others wait or may wait for its place. */
export class SlowClientError extends Error {
  override readonly name = 'SlowClientError';

  constructor(why: string) {
    super(`the client read its rows too slowly: ${why}`);
  }
}

/** Ends a run when its client goes away or is too slow, when others wait for its place, or when its time is up. */
export interface RunLife extends Disposable {
  readonly signal: AbortSignal;
  /** How long the client has kept the run waiting. */
  owedMs(): number;
  /** Begins the time that the run has. */
  begin(): void;
  giveWay(): void;
}

/** @param taken is asked all the time how the rows stand */
export function openRunLife(
  response: Response,
  { timeoutMs }: Pick<RunLimits, 'timeoutMs'>,
  terms: PaceTerms,
  taken: () => RowsTaken,
): RunLife {
  const controller = new AbortController();
  const pace = createClientPace(terms);
  let timer: NodeJS.Timeout | undefined;
  const ticks = everyTick((livedMs) => {
    if (pace.isTooSlow(livedMs, taken()))
      controller.abort(new SlowClientError(`less than ${terms.bytesPerSecond} bytes in a second`));
  });
  const onClose = (): void => {
    if (!response.writableFinished) controller.abort(new ClientGoneError());
  };
  if (response.closed || response.destroyed) onClose();
  else response.once('close', onClose);
  return {
    signal: controller.signal,
    owedMs: () => pace.owedMs,
    begin() {
      timer = setTimeout(() => controller.abort(tooLong({ timeoutMs })), timeoutMs);
    },
    giveWay: () => controller.abort(new SlowClientError('another run waited for its place')),
    [Symbol.dispose]() {
      ticks.end();
      clearTimeout(timer);
      response.off('close', onClose);
    },
  };
}
