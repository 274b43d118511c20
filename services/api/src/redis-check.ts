/**
 * Whether Redis can be worked with, asked until the answer was yes once for the process: it may have been away at the start.
 *
 * @param isSuitable rejects when the server or what is stored there is not what the service needs
 */
export function createRedisCheck(isSuitable: () => Promise<void>): () => Promise<void> {
  let isKnown = false;
  return async () => {
    if (isKnown) return;
    await isSuitable();
    isKnown = true;
  };
}
