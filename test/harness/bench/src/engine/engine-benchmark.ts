import { createScans } from '@millrace/run';
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
  /** Without those of the scan where it declines the view or the format. */
  readonly engines: Readonly<Partial<Record<EngineName, EngineResult>>>;
  /**
   * Median over the rounds of the time of the scan, divided by that of `scanOfRead`: the cost of checking all
   * values.
   */
  readonly strictToRead?: number;
}

/** `scanOfRead` is a scan that checks only the values that it reads. */
export type EngineName = 'floor' | 'scan' | 'scanOfRead' | 'codegen' | 'fhirpath';

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
  const scans = (['all', 'read'] as const).flatMap((checks) => {
    const opened = createScans(checks)([codegen], options.format);
    const name: EngineName = checks === 'all' ? 'scan' : 'scanOfRead';
    return opened.scan === undefined ? [] : [{ name, scan: opened.scan }];
  });
  const results = interleave(
    [
      { name: 'floor', run: () => measureFloor(input) },
      ...scans.map(({ name, scan }) => ({
        name,
        run: () => measureScan(input, [codegen], scan, options.format),
      })),
      { name: 'codegen', run: () => measureEngine(input, codegen, options.format) },
      { name: 'fhirpath', run: () => measureEngine(fewer, fhirpath, options.format) },
    ],
    options.rounds,
  );
  const floor = results.get('floor') ?? [];
  const engines = [...results].map(([engine, runs]) => [engine, summarize(runs, floor)] as const);
  const [strict, read] = [results.get('scan'), results.get('scanOfRead')];
  return {
    view: name,
    resource: codegen.resource,
    engines: Object.fromEntries(engines),
    ...(strict && read ? { strictToRead: strictToRead(strict, read) } : {}),
  };
}

function strictToRead(strict: readonly Measured[], read: readonly Measured[]): number {
  return rounded(median(strict.map((run, round) => speedIn(read, round) / bytesPerSecond(run))));
}

/** Over the views, the ratios of an engine to the floor. */
export interface ToFloor {
  readonly lowest: number;
  readonly median: number;
  readonly geometricMean: number;
}

export function toFloor(results: readonly ViewResult[]): Partial<Record<EngineName, ToFloor>> {
  const names: readonly EngineName[] = ['scan', 'scanOfRead', 'codegen', 'fhirpath'];
  const entries = names.flatMap((name) => {
    const ratios = results.flatMap(({ engines }) => engines[name]?.toFloor ?? []);
    if (ratios.length === 0) return [];
    const spread: ToFloor = {
      lowest: Math.min(...ratios),
      median: rounded(median(ratios)),
      geometricMean: rounded(geometricMean(ratios)),
    };
    return [[name, spread] as const];
  });
  return Object.fromEntries(entries);
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
