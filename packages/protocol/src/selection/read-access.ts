/** The resource types that the client of a request may read. */
export interface ReadAccess {
  mayRead(type: string): boolean;
  /** @throws where the client may not read all of them */
  require(types: readonly string[]): void;
}

/** For requests that read nothing of the server. */
export const READS_NOTHING: ReadAccess = { mayRead: () => true, require: () => undefined };
