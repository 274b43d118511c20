import { readyFormat, rowOriginOf } from '@millrace/formats';
import { createScans } from '@millrace/run';
import type { BundledView } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import { geometricMean, interleave, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { EngineOptions } from './engine-benchmark.js';
import { readInput } from './input.js';
import { measureScan } from './measure.js';
import type { Measured } from './measure.js';

/** The promise for the metadata of a file: its speed, as a share of that without. */
const METADATA_LIMIT = 0.98;

/** Parquet with the name of its view, and with zstd, beside Parquet with Snappy and without a name. */
export interface EncodingResult {
  readonly view: string;
  /** Median over the rounds of the speed with metadata, divided by that without, in the same round. */
  readonly metadataToBare: number;
  /** Likewise of zstd to Snappy. */
  readonly zstdToSnappy: number;
  readonly snappyBytes: number;
  readonly zstdBytes: number;
}

/** Views that the scan takes, in turns of each encoding. */
export async function benchmarkEncodings(
  views: readonly BundledView[],
  { bytes, data, rounds }: EngineOptions,
): Promise<EncodingResult[]> {
  await readyFormat({ format: 'parquet', compression: 'zstd' });
  const results: EncodingResult[] = [];
  for (const { name, view } of views) {
    const compiled = [compileView(view, { engine: 'codegen' })];
    const { scan } = createScans()(compiled, 'parquet');
    if (scan === undefined) continue;
    const input = await readInput(String(view.resource), bytes, data);
    const origin = rowOriginOf('view', { ...view }, { fhirVersion: 'R4', exportId: 'bench' });
    const measure = (how: Parameters<typeof measureScan>[4]) =>
      measureScan(input, compiled, scan, 'parquet', how);
    const runs = interleave(
      [
        { name: 'bare', run: () => measure({}) },
        { name: 'snappy', run: () => measure({ origin }) },
        { name: 'zstd', run: () => measure({ origin, compression: 'zstd' }) },
      ],
      rounds,
    );
    const [bare = [], snappy = [], zstd = []] = ['bare', 'snappy', 'zstd'].map((one) => runs.get(one));
    results.push({
      view: name,
      metadataToBare: speedRatio(snappy, bare),
      zstdToSnappy: speedRatio(zstd, snappy),
      snappyBytes: snappy[0]?.bytesOut ?? 0,
      zstdBytes: zstd[0]?.bytesOut ?? 0,
    });
  }
  return results;
}

/** The results with their geometric means, and whether metadata costs as little as promised. */
export function encodingsReport(views: readonly EncodingResult[]) {
  const metadataToBare = rounded(geometricMean(views.map((view) => view.metadataToBare)));
  return {
    metadataLimit: METADATA_LIMIT,
    within: metadataToBare >= METADATA_LIMIT,
    metadataToBare,
    zstdToSnappy: rounded(geometricMean(views.map((view) => view.zstdToSnappy))),
    zstdBytesToSnappy: rounded(geometricMean(views.map((view) => view.zstdBytes / view.snappyBytes))),
    views,
  };
}

function speedRatio(runs: readonly Measured[], others: readonly Measured[]): number {
  return rounded(median(runs.map(({ seconds }, round) => (others[round]?.seconds ?? Number.NaN) / seconds)));
}
