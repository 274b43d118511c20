/** Errors of the object store: it did not do what was asked, or lost what it had begun. */
const OF_THE_STORE = new Set(['StoreUnavailableError', 'UploadLostError']);

/** Why the object store cannot be used, where an error says that; undefined for every other error. */
export function storeOutageReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return OF_THE_STORE.has(error.name) || isAway(error, 'store') ? error.message : undefined;
}

/** The same for the source of inputs. One that is wrong in itself, such as one with doubled files, has no cause. */
export function sourceOutageReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isOutage = error.name === 'SourceUnavailableError' && error.cause !== undefined;
  return isOutage || isAway(error, 'source') ? error.message : undefined;
}

/** Errors of engine threads come over as data, with the name of what was away. */
function isAway(error: Error, dependency: string): boolean {
  return 'away' in error && error.away === dependency;
}
