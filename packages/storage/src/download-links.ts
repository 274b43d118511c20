/** The facts that the server of a link tells of the object that it sends. */
export interface LinkedContent {
  readonly contentType: string;
  readonly contentDisposition: string;
  /** Absent: the object is the content. */
  readonly contentEncoding?: string;
}

/** Makes addresses at which the store itself sends an object to whoever has them. */
export interface DownloadLinks {
  /**
   * An address for GET. The credentials that sign it may end earlier, and it with them.
   *
   * @param seconds how long it counts: at least 1, at most 604,800 (a week)
   * @throws StoreUnavailableError without credentials
   */
  linkTo(key: string, seconds: number, content: LinkedContent): Promise<string>;
}
