/** How much of the store one tenant may have at a time, and how long the store waits. */
export interface StoreLimits {
  /** Exports of one tenant that are accepted and not decided; 0 means no limit. */
  readonly tenantExports: number;
  /** Steps of one tenant that are dispatched or held; 0 means no limit. */
  readonly tenantSteps: number;
  /** The same for single tenants, by name. */
  readonly stepsOfTenants: ReadonlyMap<string, number>;
  /** Time in which a step that was dispatched should be claimed, in ms. After it, the queue of messages is asked. */
  readonly deliveryMs: number;
  /** How long a client may keep a slot while another client waits that has fewer, in ms. */
  readonly turnMs: number;
}

export const DEFAULT_LIMITS: StoreLimits = {
  tenantExports: 0,
  tenantSteps: 0,
  stepsOfTenants: new Map(),
  deliveryMs: 10_000,
  turnMs: 10_000,
};

/** The limits of steps as scripts read them (`includes/cap.lua`). */
export function capsText({ tenantSteps, stepsOfTenants }: StoreLimits): string {
  return [tenantSteps, ...[...stepsOfTenants].map(([tenant, most]) => `${tenant}=${most}`)].join(' ');
}

/** How long another client waits before a slot is asked for, and how long who was asked may take, in ms. */
export const PATIENCE_MS = 2_000;
export const ASKED_MS = 15_000;

/** Steps in the window for each slot of a live worker: one that runs, and one to go on with. */
export const WINDOW_FACTOR = 2;

/** Steps in the window while no worker is known, or while it cannot be read which are. */
export const LEAST_WINDOW = 4;

/** A client that polls an export twice a second is never told that it does so too often. */
export const MOST_MS_FOR_A_POLL = 500;

/** The time after which a client was told to poll again is remembered for this many times as long. */
export const TOLD_FOR = 20;

/** The time at which it was first asked for the downloads of an export is remembered for this many times as long as they count. */
export const AWAITING_REMEMBERED = 10;

/** A client gives up a kick-off long before it has been `preparing` for this many ms. */
export const PREPARING_MS = 600_000;
