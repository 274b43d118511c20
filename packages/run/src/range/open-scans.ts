import { LRUCache } from 'lru-cache';
import {
  ProgramTooLargeError,
  createScan,
  describeDecline,
  isKernelBuilt,
  translatePass,
} from '@millrace/scan';
import { fhirParts } from '@millrace/formats';
import type { RowFormat } from '@millrace/formats';
import type { Decline, Scan, ScanChecks, ScanProgram } from '@millrace/scan';
import type { CompiledView } from '@millrace/viewdef';
import type { ResourceFilter } from './resource-filter.js';

/** A scan for those views of a pass that it takes. */
export interface OpenedScan {
  /** Undefined when it takes none. */
  readonly scan: Scan | undefined;
  /** Positions in the pass of the views that the scan evaluates, in its order. */
  readonly views: readonly number[];
  /** Why it leaves the others. */
  readonly declines: readonly Decline[];
}

export type OpenScan = (
  views: readonly CompiledView[],
  format: RowFormat,
  filter?: ResourceFilter,
) => OpenedScan;

/** The shards of an export that a thread works on share a scan: two usual ones, or one with the largest set of patients. */
const SCAN_BYTES_KEPT = 48 << 20;
/** With those that were declined. */
const MOST_KEPT = 16;

/** The scan declines a view of a pass, and `scan` was asked for by name. */
export class ScanDeclinedError extends Error {
  override readonly name = 'ScanDeclinedError';

  constructor(view: string | undefined, decline: Decline) {
    const name = view === undefined ? '' : ` ${JSON.stringify(view)}`;
    super(
      `the engine "scan" cannot evaluate the view${name}: ${describeDecline(decline)}; expected the engine "auto"`,
    );
  }
}

/**
 * Keeps the scans that a thread opened last. Compiled views are kept too, so that the same views are the same objects.
 *
 * @param bytesKept what the scans may take together, unless one alone takes more
 */
export function createScans(checks: ScanChecks = 'all', bytesKept = SCAN_BYTES_KEPT): OpenScan {
  const kept = new LRUCache<string, OpenedScan>({
    max: MOST_KEPT,
    maxSize: bytesKept,
    sizeCalculation: ({ scan }) => Math.min(scan?.memoryBytes ?? 1, bytesKept),
  });
  const numberOf = createNumbering();
  return (views, format, filter) => {
    const key = [format, filter === undefined ? 0 : numberOf(filter), ...views.map(numberOf)].join(' ');
    const opened = kept.get(key) ?? open(views, format, filter, checks);
    kept.set(key, opened);
    return opened;
  };
}

/** Numbers objects, from 1, without keeping them. */
function createNumbering(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (object) => {
    const number = numbers.get(object) ?? (last += 1);
    numbers.set(object, number);
    return number;
  };
}

function open(
  views: readonly CompiledView[],
  format: RowFormat,
  filter: ResourceFilter | undefined,
  checks: ScanChecks,
): OpenedScan {
  if (!isKernelBuilt()) return none(views, 'its kernel is not built');
  const plans = views.map(({ plan }) => plan);
  const { program: translated, views: taken, declines } = translatePass(plans, scanFormat(format), filter);
  const program = format === 'fhir' ? withParts(translated, views, taken) : translated;
  if (program === undefined) return { scan: undefined, views: [], declines };
  try {
    // The others see all of each line, and so must the scan: a faulty line is one for all views.
    return { scan: createScan(program, declines.length === 0 ? checks : 'all'), views: taken, declines };
  } catch (error) {
    if (error instanceof ProgramTooLargeError) return none(views, error.message);
    throw error;
  }
}

/** In FHIR each cell has its name beside it, as in JSON. */
export function scanFormat(format: RowFormat): Exclude<RowFormat, 'fhir'> {
  return format === 'fhir' ? 'json' : format;
}

function withParts(
  program: ScanProgram | undefined,
  views: readonly CompiledView[],
  taken: readonly number[],
): ScanProgram | undefined {
  return (
    program && {
      ...program,
      views: program.views.map((view, at) => ({
        ...view,
        format: 'fhir' as const,
        parts: fhirParts(views[taken[at] ?? -1]?.columns ?? []),
      })),
    }
  );
}

function none(views: readonly CompiledView[], reason: string): OpenedScan {
  const declines = views.map((_, view) => ({ view, expression: undefined, reason }));
  return { scan: undefined, views: [], declines };
}
