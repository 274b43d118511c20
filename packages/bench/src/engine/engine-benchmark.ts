import { createScans } from '@millrace/execution';
import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import { geometricMean, interleave, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import { firstLines, readInput } from './input.js';
import { measureEngine, measureFloor, measureScan } from './measure.js';
import type { Measured } from './measure.js';

export interface EngineOptions {
  readonly bytes: number;
  readonly rounds: number;
  readonly format: Format;
  /** Folder of `{type}.ndjson`; generated data when undefined. */
  readonly data: string | undefined;
}

/** Medians of one engine over one view. */
export interface EngineResult {
  readonly mbPerSecond: number;
  readonly resourcesPerSecond: number;
  /** Median over the rounds of the speed relative to the floor in the same round. */
  readonly toFloor: number;
  readonly bytesIn: number;
  readonly rows: number;
  readonly bytesOut: number;
}

export interface ViewResult {
  readonly view: string;
  readonly resource: string;
  readonly engines: Readonly<Record<'floor' | 'codegen' | 'fhirpath', EngineResult>> & {
    /** Undefined where the scan declines the view or the format. */
    readonly scan: EngineResult | undefined;
  };
}

/** fhirpath.js is some ten times slower: a small part of the input keeps the turns about equally long. */
const FHIRPATH_SHARE = 1 / 16;

export async function benchmarkView(
  { name, view }: BundledView,
  options: EngineOptions,
): Promise<ViewResult> {
  const codegen = compileView(view, { engine: 'codegen' });
  const fhirpath = compileView(view, { engine: 'fhirpath' });
  const input = await readInput(codegen.resource, options.bytes, options.data);
  const fewer = firstLines(input, Math.ceil(input.length * FHIRPATH_SHARE));
  const opened = createScans()([codegen], options.format);
  const scan = 'scan' in opened ? [opened.scan] : [];
  const results = interleave(
    [
      { name: 'floor', run: () => measureFloor(input) },
      ...scan.map((scan) => ({
        name: 'scan',
        run: () => measureScan(input, [codegen], scan, options.format),
      })),
      { name: 'codegen', run: () => measureEngine(input, codegen, options.format) },
      { name: 'fhirpath', run: () => measureEngine(fewer, fhirpath, options.format) },
    ],
    options.rounds,
  );
  const floor = results.get('floor') ?? [];
  const summary = (engine: string): EngineResult => summarize(results.get(engine) ?? [], floor);
  return {
    view: name,
    resource: codegen.resource,
    engines: {
      floor: summary('floor'),
      scan: scan.length === 0 ? undefined : summary('scan'),
      codegen: summary('codegen'),
      fhirpath: summary('fhirpath'),
    },
  };
}

/** Geometric means over the views of the ratios to the floor. */
export function meanToFloor(results: readonly ViewResult[]): {
  scan: number | undefined;
  codegen: number;
  fhirpath: number;
} {
  const mean = (engine: 'scan' | 'codegen' | 'fhirpath'): number | undefined => {
    const ratios = results.flatMap(({ engines }) => engines[engine]?.toFloor ?? []);
    return ratios.length === 0 ? undefined : rounded(geometricMean(ratios));
  };
  return {
    scan: mean('scan'),
    codegen: mean('codegen') ?? Number.NaN,
    fhirpath: mean('fhirpath') ?? Number.NaN,
  };
}

function summarize(runs: readonly Measured[], floors: readonly Measured[]): EngineResult {
  const [first] = runs;
  return {
    mbPerSecond: rounded(median(runs.map(bytesPerSecond)) / 1e6),
    resourcesPerSecond: Math.round(median(runs.map(({ resources, seconds }) => resources / seconds))),
    toFloor: rounded(median(runs.map((run, round) => bytesPerSecond(run) / speedIn(floors, round)))),
    bytesIn: first?.bytesIn ?? 0,
    rows: first?.rows ?? 0,
    bytesOut: first?.bytesOut ?? 0,
  };
}

function speedIn(runs: readonly Measured[], round: number): number {
  const run = runs[round];
  return run === undefined ? Number.NaN : bytesPerSecond(run);
}

function bytesPerSecond({ bytesIn, seconds }: Measured): number {
  return bytesIn / seconds;
}
