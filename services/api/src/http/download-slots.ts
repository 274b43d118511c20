import { refuse } from '@millrace/protocol';

/** Room for the files that are sent at a time: each takes a file handle and some blocks of memory, however slow its client is. */
export interface DownloadSlots {
  /**
   * @param cut breaks the download off
   * @throws ProtocolError 503 when there is no room
   */
  enter(cut: () => void): DownloadSlot;
}

export interface DownloadSlot {
  /** To be told whenever the client has taken what it was sent. */
  taken(): void;
  leave(): void;
}

/** A client that took nothing for this long gives its place to one that waits for a place. */
const PATIENCE_MS = 5_000;
const RETRY_AFTER_SECONDS = 2;

export function createDownloadSlots({
  most,
  onCut,
  now = () => performance.now(),
}: {
  readonly most: number;
  /** Told of each download that is broken off. */
  readonly onCut: () => void;
  readonly now?: () => number;
}): DownloadSlots {
  /** In the order of when their clients last took something. */
  const slots = new Map<DownloadSlot, { readonly takenAt: number; readonly cut: () => void }>();

  function makeRoom(): void {
    const [slowest] = slots;
    if (slowest === undefined || now() - slowest[1].takenAt < PATIENCE_MS) {
      const diagnostics = 'the server is sending the maximum number of files; repeat the request later';
      throw refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
    }
    slots.delete(slowest[0]);
    slowest[1].cut();
    onCut();
  }

  return {
    enter(cut) {
      if (slots.size >= most) makeRoom();
      const slot: DownloadSlot = {
        taken() {
          if (slots.delete(slot)) slots.set(slot, { takenAt: now(), cut });
        },
        leave: () => void slots.delete(slot),
      };
      slots.set(slot, { takenAt: now(), cut });
      return slot;
    },
  };
}
