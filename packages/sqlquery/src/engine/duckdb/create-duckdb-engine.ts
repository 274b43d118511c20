import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { createGate } from '@millrace/threads';
import type { SqlEngine, SqlRunRequest } from '../sql-engine.js';
import { SqlEngineError, SqlFault } from '../sql-fault.js';
import { createChildPool } from './child-pool.js';
import type { Child } from './child.js';
import type { Answer } from './messages.js';
import { createRunnerPool } from './runner-pool.js';

export interface DuckDbTerms {
  /** Processes that wait for analyses; 0 where there are none. Each takes some 100 MB. */
  readonly analysts: number;
  /** Processes that wait for runs, so that a run does not wait for one, and those that wait for the next run of a tenant. */
  readonly runners: number;
  /** Time for one analysis. */
  readonly analysisMs: number;
  /** Analyses that wait for a process, at most, and for how long. */
  readonly mostWaiting: number;
  readonly patienceMs: number;
}

/** Memory of a process without data: Node, the library and its code. */
const BARE_BYTES = 384 << 20;
/** The memory of all programs that one process has analysed is not given back to the last byte. */
const ANALYSES_EACH = 500;
/** An analysis whose plan is larger takes longer than any that is of use. */
const ANALYSIS_BYTES = BARE_BYTES + (192 << 20);

/**
 * DuckDB, in child processes: one for each run, which is killed where a limit is met or the run is aborted, and which only SQL of
 * one tenant runs in; and a few for analyses. This process loads nothing of DuckDB.
 */
export function createDuckDbEngine(terms: DuckDbTerms): SqlEngine {
  const { analysts, runners, analysisMs, mostWaiting, patienceMs } = terms;
  const gate = createGate({ atOnce: Math.max(1, analysts), mostWaiting, patienceMs });
  const analysing = createChildPool(analysts);
  const running = createRunnerPool(runners);
  let isClosed = false;
  const analyses = new WeakMap<Child, number>();

  return {
    async analyse(program, { format, client, milliseconds = analysisMs } = {}) {
      refuseClosed();
      return gate.pass(async () => {
        const child = await analysing.take();
        const begun = performance.now();
        try {
          const watch = { milliseconds: Math.min(milliseconds, analysisMs), mostBytes: ANALYSIS_BYTES };
          const { answer } = await child.carryOut({ kind: 'analyse', program, format }, watch);
          if (answer.kind !== 'analysed') throw errorOf(answer);
          return { columns: answer.columns, milliseconds: performance.now() - begun };
        } finally {
          const done = (analyses.get(child) ?? 0) + 1;
          analyses.set(child, done);
          if (done >= ANALYSES_EACH) await child.end();
          analysing.giveBack(child);
        }
      }, client);
    },
    async run(request, signal) {
      refuseClosed();
      checkPaths(request);
      signal.throwIfAborted();
      const { limits, temporaryFolder, tenant } = request;
      const child = await running.take(tenant);
      let mayGoOn = false;
      try {
        const { answer, peakBytes } = await child.carryOut(
          { kind: 'run', request },
          {
            milliseconds: limits.milliseconds,
            mostBytes: BARE_BYTES + 2 * limits.memoryBytes,
            complaint: () => complaintOf(request),
            signal,
          },
        );
        mayGoOn = answer.kind !== 'failed' && peakBytes <= BARE_BYTES;
        if (answer.kind !== 'done') throw errorOf(answer);
        const bytes = answer.result.parts.reduce((sum, part) => sum + part.bytes, 0);
        if (bytes > limits.outputBytes) {
          const message = `its output has more than ${limits.outputBytes} bytes`;
          throw new SqlFault('too-costly', message, { statement: 'query' });
        }
        return { ...answer.result, peakBytes };
      } finally {
        await running.giveBack(tenant, child, mayGoOn);
        await empty(temporaryFolder);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([analysing.close(), running.close()]);
    },
  };

  function refuseClosed(): void {
    if (isClosed) throw new SqlEngineError('the engine is closed');
  }
}

function errorOf(answer: Answer): Error {
  switch (answer.kind) {
    case 'fault':
      return new SqlFault(answer.fault, answer.message, answer.position);
    case 'failed':
      return new SqlEngineError(answer.message);
    case 'ready':
    case 'analysed':
    case 'done':
      return new SqlEngineError(`the process of the engine answered ${answer.kind} out of turn`);
    default:
      return answer satisfies never;
  }
}

/** DuckDB takes some characters of a path for a pattern. */
function checkPaths({ files, output, temporaryFolder }: SqlRunRequest): void {
  for (const path of [...Object.values(files).flat(), output.folder, temporaryFolder]) {
    if (!isAbsolute(path) || /[*?[\]{}]/.test(path)) {
      throw new SqlEngineError('a path of a run is not absolute or has one of the characters *?[]{}');
    }
  }
}

/** The engine keeps the limit of its temporary files itself, apart from some that it counts late. */
const LATE_BYTES = 64 << 20;

function complaintOf({ output, temporaryFolder, limits }: SqlRunRequest): string | undefined {
  if (bytesIn(output.folder) > limits.outputBytes) {
    return `its output has more than ${limits.outputBytes} bytes`;
  }
  return bytesIn(temporaryFolder) > limits.temporaryBytes + LATE_BYTES
    ? `its temporary files have more than ${limits.temporaryBytes} bytes`
    : undefined;
}

/** Bytes of the files of a folder and of the folders in it. DuckDB moves and removes files meanwhile. */
function bytesIn(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += bytesIn(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
