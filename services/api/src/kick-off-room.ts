import type { Gate } from '@millrace/threads';

/** Characters of views that are no work worth waiting for: small kick-offs pass while large ones wait. */
const SMALL = 32 << 10;

/** Room for the views of one kick-off, which are checked, copied and stored. */
export interface KickOffRoom extends Disposable {
  /**
   * Waits until there is room for the body and the stored views that it names.
   *
   * @param stored characters of these
   * @throws BusyError
   */
  take(stored: number): Promise<void>;
}

/**
 * @param bodyBytes of the request: its own views
 * @param tenant whose request it is: tenants take turns
 */
export function openKickOffRoom(gate: Pick<Gate, 'enter'>, bodyBytes: number, tenant?: string): KickOffRoom {
  let leave: (() => void) | undefined;
  return {
    async take(stored) {
      const weight = bodyBytes + stored;
      if (weight > SMALL) leave = await gate.enter(weight, tenant);
    },
    [Symbol.dispose]: () => leave?.(),
  };
}
