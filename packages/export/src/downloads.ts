/** Files of exports that are being sent, by all instances. Counting is best effort: it keeps files from being removed under a client. */
export interface Downloads {
  /**
   * Counts a download, or goes on counting it: until it is closed, but no longer than `forMs` from now.
   *
   * @param download its name, which nobody else has
   */
  openDownload(exportId: string, download: string, forMs: number): Promise<void>;
  closeDownload(exportId: string, download: string): Promise<void>;
  /** Whether files of an export are being sent, and somebody has asked this for less than `patienceMs`. */
  awaitsDownloads(exportId: string, patienceMs: number): Promise<boolean>;
}
