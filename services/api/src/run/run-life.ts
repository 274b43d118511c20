import type { Response } from 'express';
import { tooLong } from './run-limits.js';
import type { RunLimits } from './run-limits.js';

/** The client of a run went away: nobody waits for its rows. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';

  constructor() {
    super('the client went away');
  }
}

/** Ends a run when its client goes away or its time is up. */
export interface RunLife extends Disposable {
  readonly signal: AbortSignal;
  /** Begins the time that the run has. */
  begin(): void;
}

export function openRunLife(response: Response, limits: RunLimits): RunLife {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onClose = (): void => {
    if (!response.writableFinished) controller.abort(new ClientGoneError());
  };
  if (response.closed || response.destroyed) onClose();
  else response.once('close', onClose);
  return {
    signal: controller.signal,
    begin() {
      timer = setTimeout(() => controller.abort(tooLong(limits)), limits.timeoutMs);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      response.off('close', onClose);
    },
  };
}
