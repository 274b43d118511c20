import type { Found, Tally } from '@millrace/export';
import type { ScanFrame } from '@millrace/scan';
import { isResourceType } from '@millrace/storage';
import type { BadLine } from './resource-lines.js';

/** Counts what a range has passed over since its last cut. */
export interface OpenTally {
  /** A line that is not a resource and is passed over. */
  skip(line: Pick<BadLine, 'offset'>): void;
  /** A resource that is not of the type that is read. */
  passOver(resourceType: unknown): void;
  /** A resource that passes a filter because its date cannot be read. */
  undated(offset: number): void;
  /** Returns the counts since the last call. */
  take(): Tally;
}

export function createOpenTally(): OpenTally {
  let skippedLines = 0;
  let firstSkipped: number | undefined;
  let otherTypes = new Map<string, number>();
  let undated: Found | undefined;
  return {
    skip({ offset }) {
      skippedLines += 1;
      firstSkipped ??= offset;
    },
    passOver(resourceType) {
      const name = nameOf(resourceType);
      otherTypes.set(name, (otherTypes.get(name) ?? 0) + 1);
    },
    undated(offset) {
      undated = { count: (undated?.count ?? 0) + 1, first: undated?.first ?? offset };
    },
    take() {
      const tally = {
        skippedLines,
        ...(firstSkipped === undefined ? {} : { firstSkipped }),
        otherTypes: Object.fromEntries(otherTypes),
        ...(undated === undefined ? {} : { undated }),
      };
      skippedLines = 0;
      firstSkipped = undefined;
      otherTypes = new Map();
      undated = undefined;
      return tally;
    },
  };
}

/** The counts of resources of other types that the scan has passed over since the last call. */
export function takeScanTally(scan: Pick<ScanFrame, 'takeOtherTypes'>): Tally {
  const otherTypes: Record<string, number> = {};
  for (const [type, count] of scan.takeOtherTypes()) {
    const name = nameOf(type);
    otherTypes[name] = (otherTypes[name] ?? 0) + count;
  }
  return { skippedLines: 0, otherTypes };
}

/** Only a known type is named: any other text may be personal data. */
function nameOf(resourceType: unknown): string {
  return typeof resourceType === 'string' && isResourceType(resourceType) ? resourceType : '';
}
