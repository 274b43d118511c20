import { sumTallies } from '@millrace/export';
import type { Tally } from '@millrace/export';
import type { ScanFrame } from '@millrace/scan';
import { createOpenTally, takeScanTally } from './open-tally.js';
import type { RangeFrame } from './range-task.js';
import { BadLineFound } from './read-cut-by-cut.js';
import type { PassedOver } from './resource-lines.js';

/** Counts what a range passes over. */
export interface PassedOverCounts {
  readonly passed: PassedOver;
  /** Counts since the last call, with those of the scan. */
  takeTally(scan: Pick<ScanFrame, 'takeOtherTypes'> | undefined): Tally;
}

/** Counts what is passed over. A line that is no resource ends the range, unless the task says that it is skipped. */
export function countPassedOver({ malformedLines }: Pick<RangeFrame, 'malformedLines'>): PassedOverCounts {
  const tally = createOpenTally();
  return {
    passed: {
      onBadLine(line) {
        if (malformedLines === 'fail') throw new BadLineFound(line);
        tally.skip(line);
      },
      onOtherType: tally.passOver,
      onUndated: tally.undated,
    },
    takeTally(scan) {
      const own = tally.take();
      return scan === undefined ? own : sumTallies([own, takeScanTally(scan)]);
    },
  };
}
