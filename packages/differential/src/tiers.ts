import type { ScanFormat } from '@millrace/view-program';
import type { Dialect } from './generate/generate-path.js';
import type { Manners } from './generate/generate-resource.js';

/** A pair of engines that must agree; generated code is always one of them. */
export type Tiers = 'scan,codegen' | 'codegen,fhirpath';

export const TIERS = ['scan,codegen', 'codegen,fhirpath'] as const;

export const FORMATS: readonly [ScanFormat, ...ScanFormat[]] = ['csv', 'ndjson', 'json', 'parquet'];

/** What is generated for a pair: the scan declines many views of the full language, and takes any bytes as input. */
export function generationFor(tiers: Tiers): {
  readonly dialects: readonly [Dialect, ...Dialect[]];
  readonly manners: Manners;
} {
  return tiers === 'scan,codegen'
    ? { dialects: ['plain', 'full'], manners: 'wild' }
    : { dialects: ['full'], manners: 'valid' };
}
