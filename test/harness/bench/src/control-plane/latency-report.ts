import { rounded } from '../rounded.js';
import type { Spread } from '../spread.js';

/** How many times as long something may take at the last level as at the first, and still not grow with it. */
export const FLAT_LIMIT = 2;

export interface LevelResult {
  /** Exports present when the measuring began. */
  readonly present: number;
  readonly kickOffMs: Spread;
  readonly statusMs: Spread;
  /** Commands of Redis for each request, including those in scripts and the API's own at intervals. */
  readonly commandsPerKickOff: number;
  readonly commandsPerStatus: number;
  /** Memory of Redis for one export that waits. */
  readonly redisBytesPerExport: number;
}

export interface LatencyReport {
  readonly levels: readonly LevelResult[];
  /** The last level to the first. */
  readonly growth: {
    readonly present: number;
    readonly kickOff: Spread;
    readonly status: Spread;
  };
  /** By the medians. */
  readonly isFlat: boolean;
}

/** @param levels at least one, in rising order */
export function reportLatency(levels: readonly LevelResult[]): LatencyReport {
  const [first] = levels;
  const last = levels.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a report needs at least one level');
  const kickOff = growthOf(first.kickOffMs, last.kickOffMs);
  const status = growthOf(first.statusMs, last.statusMs);
  return {
    levels: levels.map(roundedLevel),
    growth: { present: rounded(last.present / first.present), kickOff, status },
    isFlat: Math.max(kickOff.p50, status.p50) <= FLAT_LIMIT,
  };
}

function growthOf(first: Spread, last: Spread): Spread {
  return { p50: rounded(last.p50 / first.p50), p99: rounded(last.p99 / first.p99) };
}

function roundedLevel(level: LevelResult): LevelResult {
  const spread = ({ p50, p99 }: Spread): Spread => ({ p50: rounded(p50), p99: rounded(p99) });
  return {
    present: level.present,
    kickOffMs: spread(level.kickOffMs),
    statusMs: spread(level.statusMs),
    commandsPerKickOff: rounded(level.commandsPerKickOff),
    commandsPerStatus: rounded(level.commandsPerStatus),
    redisBytesPerExport: Math.round(level.redisBytesPerExport),
  };
}
