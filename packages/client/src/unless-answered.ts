/** How long an interrupted client waits for the answer to a kick-off, so that it can cancel the export. */
const GRACE_MS = 5000;

/**
 * A signal for a request that may start an export. A client that drops it when it is interrupted never learns the
 * status URL, and the export runs on. So this signal aborts some seconds after the other one, or at once if nothing was
 * sent before.
 */
export function unlessAnswered(
  interrupt: AbortSignal | undefined,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(interrupt?.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onInterrupt = (): void => {
    timer = setTimeout(abort, GRACE_MS);
  };
  if (interrupt?.aborted) abort();
  else interrupt?.addEventListener('abort', onInterrupt, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      interrupt?.removeEventListener('abort', onInterrupt);
    },
  };
}
