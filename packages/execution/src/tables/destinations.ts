import type { Sink } from '@millrace/storage';

/** Opens the places where tables are written, each when it is first used. */
export interface Destinations {
  readonly all: readonly { readonly tenant: string; readonly name: string }[];
  /**
   * The store of a destination, in which each object is created by one of any number of racers.
   *
   * @throws DestinationError; StoreUnavailableError
   */
  open(tenant: string, name: string): Promise<Sink>;
}

/** A destination is of no use to this worker. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError';

  constructor(destination: string, why: string) {
    super(`the destination ${destination} ${why}`);
  }
}

/** Of a process that writes no tables. */
export const NO_DESTINATIONS: Destinations = {
  all: [],
  open: (_tenant, name) =>
    Promise.reject(new DestinationError(name, 'is not in the configuration of this worker')),
};
