import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundledView } from '@millrace/samples';
import { interleaveAsync } from '../interleave.js';
import { runEngines } from '../ranges/alone.js';
import { startEnginePool, tasksOver } from '../ranges/compose.js';
import type { Peer, PeerJob, PeerRun } from './peer.js';
import type { PeerRounds } from './peers-report.js';
import { syncFiles } from './sync-files.js';

export interface PeersTrial {
  /** Folder of `{type}.ndjson`. */
  readonly folder: string;
  readonly views: readonly BundledView[];
  readonly peers: readonly Peer[];
  readonly format: PeerJob['format'];
  readonly threads: number;
  readonly rounds: number;
}

/** Each view by Millrace and by all peers that can express it, in turns; every run writes real files and syncs them. */
export async function measurePeers(trial: PeersTrial, signal: AbortSignal): Promise<PeerRounds[]> {
  const { folder, threads } = trial;
  const output = await mkdtemp(join(tmpdir(), 'millrace-peers-'));
  const config = { kind: 'file', name: 'peers', root: folder, fhirVersion: 'R4' } as const;
  const ours = join(output, 'millrace');
  const pool = startEnginePool(threads, [config], ours);
  const measured: PeerRounds[] = [];
  try {
    for (const view of trial.views) {
      const input = join(folder, `${String(view.view.resource)}.ndjson`);
      const { size: inputBytes } = await stat(input);
      // One range for each thread.
      const tasks = await tasksOver(config, [view], trial.format, inputBytes / threads);
      const runPeer = async (peer: Peer): Promise<PeerRun | undefined> => {
        signal.throwIfAborted();
        const file = join(output, `${peer.name}.${trial.format}`);
        const run = await peer.run({ view, input, output: file, format: trial.format, threads });
        if (run === undefined) return undefined;
        const writtenAt = performance.now();
        await syncFiles(file);
        const syncSeconds = (performance.now() - writtenAt) / 1000;
        await rm(file, { recursive: true });
        return { ...run, seconds: run.seconds + syncSeconds };
      };
      const runOurs = async (): Promise<PeerRun> => {
        signal.throwIfAborted();
        return runEngines(pool, tasks, ours);
      };
      const results = await interleaveAsync<PeerRun | undefined>(
        [
          { name: '', run: runOurs },
          ...trial.peers.map((peer) => ({ name: peer.name, run: () => runPeer(peer) })),
        ],
        trial.rounds,
      );
      const runsOf = (name: string): PeerRun[] => (results.get(name) ?? []).flatMap((run) => run ?? []);
      measured.push({
        view: view.name,
        inputBytes,
        millrace: runsOf(''),
        peers: new Map(
          trial.peers.map(({ name }) => [name, runsOf(name)] as const).filter(([, runs]) => runs.length > 0),
        ),
      });
    }
    return measured;
  } finally {
    await pool[Symbol.asyncDispose]();
    await rm(output, { recursive: true, force: true });
  }
}
