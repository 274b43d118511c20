import { refuse } from '@millrace/protocol';

/** Room for the files that are sent at a time: each takes a file handle and some blocks of memory, however slow its client is. */
export interface DownloadSlots {
  /**
   * @param tenant whose download it is
   * @param cut breaks the download off
   * @throws ProtocolError 503 when there is no room, or none for the tenant
   */
  enter(tenant: string, cut: () => void): DownloadSlot;
}

export interface DownloadSlot {
  /** To be told whenever the client has taken what it was sent. */
  taken(): void;
  leave(): void;
}

interface Held {
  readonly tenant: string;
  readonly takenAt: number;
  readonly cut: () => void;
}

/** A client that took nothing for this long gives its place to one that waits for a place. */
const PATIENCE_MS = 5_000;
const RETRY_AFTER_SECONDS = 2;

export function createDownloadSlots({
  most,
  mostOfTenant = most,
  onCut,
  now = () => performance.now(),
}: {
  readonly most: number;
  /** Of one tenant. Absent: all that there are. */
  readonly mostOfTenant?: number;
  /** Told of each download that is broken off. */
  readonly onCut: () => void;
  readonly now?: () => number;
}): DownloadSlots {
  /** In the order of when their clients last took something. */
  const slots = new Map<DownloadSlot, Held>();

  function ofTenant(tenant: string): readonly [DownloadSlot, Held][] {
    return [...slots].filter(([, held]) => held.tenant === tenant);
  }

  /** @param among in the order of `slots` */
  function makeRoom([slowest]: readonly [DownloadSlot, Held][]): void {
    if (slowest === undefined || now() - slowest[1].takenAt < PATIENCE_MS) {
      const diagnostics = 'the server is sending the maximum number of files; repeat the request later';
      throw refuse(503, 'throttled', diagnostics, { retryAfter: RETRY_AFTER_SECONDS });
    }
    slots.delete(slowest[0]);
    slowest[1].cut();
    onCut();
  }

  return {
    enter(tenant, cut) {
      const own = ofTenant(tenant);
      if (own.length >= mostOfTenant) makeRoom(own);
      else if (slots.size >= most) makeRoom([...slots]);
      const slot: DownloadSlot = {
        taken() {
          if (slots.delete(slot)) slots.set(slot, { tenant, takenAt: now(), cut });
        },
        leave: () => void slots.delete(slot),
      };
      slots.set(slot, { tenant, takenAt: now(), cut });
      return slot;
    },
  };
}
