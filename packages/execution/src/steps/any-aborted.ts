import { setMaxListeners } from 'node:events';

/** A signal that follows others until it is disposed. */
export interface Following extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Aborted when one of the signals is, with its reason. Unlike `AbortSignal.any` it leaves nothing to the garbage
 * collector of signals that live as long as the process: a worker makes two of these for each step.
 */
export function anyAborted(signals: readonly AbortSignal[]): Following {
  const controller = new AbortController();
  const follow = ({ target }: Event): void => controller.abort((target as AbortSignal).reason);
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    else {
      // As many steps as the worker has slots follow those of the process.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', follow, { once: true });
    }
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of signals) signal.removeEventListener('abort', follow);
    },
  };
}
