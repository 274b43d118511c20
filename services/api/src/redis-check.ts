interface Pinged {
  ping(): Promise<unknown>;
}

/**
 * Whether Redis answers, and once for the process whether it can be worked with: it may have been away at the start.
 *
 * @param isSuitable rejects when the server or what is stored there is not what the service needs
 */
export function createRedisCheck(redis: Pinged, isSuitable: () => Promise<void>): () => Promise<void> {
  let isKnown = false;
  return async () => {
    await redis.ping();
    if (isKnown) return;
    await isSuitable();
    isKnown = true;
  };
}
