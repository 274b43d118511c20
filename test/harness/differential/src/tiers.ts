import type { ScanFormat } from '@millrace/scan';
import type { Dialect } from './generate/generate-path.js';
import type { Manners } from './generate/manners.js';

/** A pair of engines that must agree; generated code is always one of them. */
export type Tiers = 'scan,codegen' | 'codegen,fhirpath';

export const TIERS = ['scan,codegen', 'codegen,fhirpath'] as const;

export const FORMATS: readonly [ScanFormat, ...ScanFormat[]] = ['csv', 'ndjson', 'json', 'parquet'];

/**
 * Settings of the generators for a pair of engines: the scan takes any bytes as input, and several views in a
 * pass.
 */
export function generationFor(tiers: Tiers): {
  readonly dialects: readonly [Dialect, ...Dialect[]];
  readonly manners: Manners;
  readonly mostViews: number;
} {
  return tiers === 'scan,codegen'
    ? { dialects: ['loose', 'full'], manners: 'wild', mostViews: 4 }
    : { dialects: ['full'], manners: 'valid', mostViews: 1 };
}
