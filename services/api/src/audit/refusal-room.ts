const WINDOW_MS = 60_000;
/** An address takes no more than this share of a minute, so that others are seen beside it. */
const SHARE = 4;

/** Bounds how many refusals of a minute are written down: whoever likes can cause any number. */
export interface RefusalRoom {
  /** @returns whether a refusal of this address is written down */
  take(address: string): boolean;
  /** @returns how many were not since the last call; for a time that is over only */
  takeMissed(): number;
}

/** @param now in ms, of a clock that never goes back */
export function createRefusalRoom(mostInMinute: number, now: () => number): RefusalRoom {
  const mostOfAddress = Math.ceil(mostInMinute / SHARE);
  let startedAt = now();
  let taken = 0;
  let missed = 0;
  let missedBefore = 0;
  /** No more than are taken. */
  let byAddress = new Map<string, number>();

  function turn(): void {
    if (now() - startedAt < WINDOW_MS) return;
    startedAt = now();
    taken = 0;
    byAddress = new Map();
    missedBefore += missed;
    missed = 0;
  }

  return {
    take(address) {
      turn();
      const ofAddress = byAddress.get(address) ?? 0;
      if (taken >= mostInMinute || ofAddress >= mostOfAddress) {
        missed += 1;
        return false;
      }
      taken += 1;
      byAddress.set(address, ofAddress + 1);
      return true;
    },
    takeMissed() {
      turn();
      const before = missedBefore;
      missedBefore = 0;
      return before;
    },
  };
}
