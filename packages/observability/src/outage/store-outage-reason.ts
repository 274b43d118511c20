/** Errors of the object store: it failed an operation, or lost one that it had begun. */
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

/** Errors of engine threads come as data, with the name of the missing dependency. */
function isAway(error: Error, dependency: string): boolean {
  return 'away' in error && error.away === dependency;
}
