/**
 * Whether Redis can be used, and once for the process whether it is one that can be worked with: it may have been away at
 * the start.
 *
 * @param probe rejects while Redis is away, full, or refuses writes
 * @param isSuitable rejects when the server or what is stored there is not what the service needs
 */
export function createRedisCheck(
  probe: () => Promise<void>,
  isSuitable: () => Promise<void>,
): () => Promise<void> {
  let isKnown = false;
  return async () => {
    await probe();
    if (isKnown) return;
    await isSuitable();
    isKnown = true;
  };
}
