import type { Tiers } from './tiers.js';

/** What one thread does: every `step`th pass from `from` to below `to`. */
export interface ThreadTask {
  readonly tiers: Tiers;
  readonly seed: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly lines: { readonly from: number; readonly to: number };
}
