/** The store may not be the one that the working state is about. Nothing was written to either. */
export class StoreIdentityError extends Error {
  override readonly name = 'StoreIdentityError';
  /** The id that the working state names, and the one in the marker of the store. */
  readonly known: string | undefined;
  readonly found: string | undefined;

  constructor(place: string, { known, found }: { known: string | undefined; found: string | undefined }) {
    super(`${problem(place, known, found)} ${REMEDY}`);
    this.known = known;
    this.found = found;
  }
}

function problem(place: string, known: string | undefined, found: string | undefined): string {
  if (known === undefined) {
    return `The object store at ${place} has no marker, and Redis, which does not answer, cannot say whether it is the right one.`;
  }
  const kept = `The exports that Redis knows are kept in the store ${known}`;
  return found === undefined
    ? `${kept}, and the object store at ${place} has no marker: it is not mounted, or is another one.`
    : `${kept}, and the object store at ${place} is the store ${found}.`;
}

const REMEDY =
  'Mount it, or correct MILLRACE_OUT, REDIS_URL or REDIS_PREFIX. To use this store anyway, stop all services ' +
  'and run "millrace admin --write store adopt" with their environment, or "millrace up --adopt-store" if that command starts them.';
