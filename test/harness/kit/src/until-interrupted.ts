/**
 * Aborted by the first SIGINT or SIGTERM, which asks for an orderly end. The second one ends the process with 130.
 *
 * @param told called at the first one
 */
export function untilInterrupted(told: () => void = () => undefined): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort(new Error(`ended by ${name}`));
      told();
    });
  }
  return interrupt.signal;
}
