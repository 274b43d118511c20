import { createFilter, createScans } from '@millrace/run';
import type { ResourceFilter } from '@millrace/run';
import type { BundledView } from '@millrace/samples';
import { readIdSet, writeIdSet } from '@millrace/scan';
import type { Scan, ScanChecks } from '@millrace/scan';
import { compileView } from '@millrace/viewdef';
import { interleave } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { EngineOptions } from './engine-benchmark.js';
import { firstLines, readInput } from './input.js';

/** The cost of reading resources that a filter drops. */
export interface DroppedResult {
  readonly resource: string;
  /** `since`: all were changed before. `patient`: they are of others. */
  readonly filter: 'since' | 'patient';
  /**
   * The time of a scan, divided by that of its structural index alone, by the checks of the scan. Of each
   * chunk the fastest of the rounds counts: the two times are close, and a few milliseconds long.
   */
  readonly toIndex: Readonly<Partial<Record<ScanChecks, number>>>;
  /** Must be 0; only then are the ratios about dropped resources. */
  readonly rows: number;
}

interface Run {
  /** In nanoseconds, one for each chunk. */
  readonly indexed: readonly number[];
  readonly scanned: readonly number[];
  readonly rows: number;
}

/**
 * The first view of each resource type, behind filters that let nothing through. Views that the scan declines
 * are left out.
 */
export async function benchmarkDropped(
  views: readonly BundledView[],
  { bytes, data, format, rounds }: EngineOptions,
): Promise<DroppedResult[]> {
  const firsts = new Map(views.toReversed().map(({ view }) => [String(view.resource), view]));
  const results: DroppedResult[] = [];
  for (const [resource, view] of firsts) {
    const compiled = [compileView(view, { engine: 'codegen' })];
    const input = await readInput(resource, bytes, data);
    for (const { name: filter, filter: letsNothingThrough } of filtersOf(resource)) {
      const candidates = (['all', 'read'] as const).flatMap((name) => {
        const { scan } = createScans(name)(compiled, format, letsNothingThrough);
        return scan === undefined ? [] : [{ name, run: () => runDropped(input, scan) }];
      });
      const runs = interleave<Run>(candidates, rounds);
      const toIndex = [...runs].map(([checks, ofChecks]) => {
        const scanned = fastest(ofChecks.map((run) => run.scanned));
        return [checks, rounded(scanned / fastest(ofChecks.map((run) => run.indexed)))] as const;
      });
      const rows = [...runs.values()].flat().reduce((sum, run) => sum + run.rows, 0);
      results.push({ resource, filter, toIndex: Object.fromEntries(toIndex), rows });
    }
  }
  return results;
}

function filtersOf(
  resource: string,
): readonly { readonly name: DroppedResult['filter']; readonly filter: ResourceFilter }[] {
  const nobody = readIdSet(writeIdSet(new Set(['of-nobody'])));
  return [
    {
      name: 'since',
      filter: createFilter(resource, { since: '9999-01-01T00:00:00Z', patients: undefined, bases: [] }),
    },
    { name: 'patient', filter: createFilter(resource, { since: undefined, patients: nobody, bases: [] }) },
  ];
}

/** Indexes chunks and scans them; a stop at an odd line is passed over. */
function runDropped(input: Buffer, scan: Scan): Run {
  const [indexed, scanned]: [number[], number[]] = [[], []];
  let rows = 0;
  for (let rest = input; rest.length > 0;) {
    const chunk = firstLines(rest, scan.mostBytes);
    rest = rest.subarray(chunk.length);
    const start = process.hrtime.bigint();
    scan.begin(chunk);
    indexed.push(Number(process.hrtime.bigint() - start));
    for (let done = false; !done;) {
      done = scan.run().kind === 'end';
      rows += scan.output(0).rows;
    }
    scanned.push(Number(process.hrtime.bigint() - start));
  }
  return { indexed, scanned, rows };
}

/** The sum over the chunks of the least that one took in any round. */
function fastest(rounds: readonly (readonly number[])[]): number {
  const [first = [], ...others] = rounds;
  return first.reduce(
    (sum, time, chunk) => sum + others.reduce((least, times) => Math.min(least, times[chunk] ?? least), time),
    0,
  );
}
