import { geometricMean, median } from '../interleave.js';
import { rounded } from '../rounded.js';
import type { PeerRun } from './peer.js';

/** The rounds of one view. */
export interface PeerRounds {
  readonly view: string;
  readonly inputBytes: number;
  readonly millrace: readonly PeerRun[];
  /** By name of the peer; those that cannot express the view are missing. */
  readonly peers: ReadonlyMap<string, readonly PeerRun[]>;
}

interface PeerResult {
  readonly seconds: number;
  readonly mbPerSecond: number;
  readonly rows: number | undefined;
}

interface ComparedPeer extends PeerResult {
  /** Median over the rounds of Millrace's speed to that of the peer in the same round. */
  readonly millraceToPeer: number;
  /** Whether it gave as many rows as Millrace in every round; undefined where it does not say how many. */
  readonly sameRows: boolean | undefined;
}

export interface PeerComparison {
  readonly view: string;
  readonly inputBytes: number;
  readonly millrace: PeerResult;
  readonly peers: Readonly<Record<string, ComparedPeer>>;
}

export function comparePeers({ view, inputBytes, millrace, peers }: PeerRounds): PeerComparison {
  const result = (runs: readonly PeerRun[]): PeerResult => {
    const seconds = median(runs.map((run) => run.seconds));
    return {
      seconds: rounded(seconds),
      mbPerSecond: rounded(inputBytes / seconds / 1e6),
      rows: runs[0]?.rows,
    };
  };
  const compared = [...peers].map(([name, runs]): [string, ComparedPeer] => {
    const ratios = runs.map(({ seconds }, round) => seconds / (millrace[round]?.seconds ?? Number.NaN));
    const sameRows = haveSameRows([...millrace, ...runs]);
    return [name, { ...result(runs), millraceToPeer: rounded(median(ratios)), sameRows }];
  });
  return { view, inputBytes, millrace: result(millrace), peers: Object.fromEntries(compared) };
}

function haveSameRows(runs: readonly PeerRun[]): boolean | undefined {
  const counts = new Set(runs.map(({ rows }) => rows));
  return counts.has(undefined) ? undefined : counts.size === 1;
}

/** Whether no peer gave other rows: a speed with other rows says nothing. */
export function isSameWork(comparisons: readonly PeerComparison[]): boolean {
  return comparisons.every(({ peers }) => Object.values(peers).every(({ sameRows }) => sameRows !== false));
}

/** Geometric mean over the views, by name of the peer. */
export function meanToPeers(comparisons: readonly PeerComparison[]): Record<string, number> {
  const names = new Set(comparisons.flatMap(({ peers }) => Object.keys(peers)));
  const mean = (name: string): number =>
    rounded(geometricMean(comparisons.flatMap(({ peers }) => peers[name]?.millraceToPeer ?? [])));
  return Object.fromEntries([...names].map((name) => [name, mean(name)]));
}
