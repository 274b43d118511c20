import { createHash } from 'node:crypto';
import { ThreadCrashedError, ThreadOverdueError, createThreadPool } from '@millrace/threads';
import { LRUCache } from 'lru-cache';
import type { CheckTask } from './compile-thread.js';
import { GOOD } from './verdict.js';
import type { Target, Verdict } from './verdict.js';

export interface CompilationLimits {
  readonly threads: number;
  /** Time for all views of one request. */
  readonly requestMs: number;
  /** How long a request waits for a thread. */
  readonly patienceMs: number;
  /** How many requests do, at most. */
  readonly mostWaiting: number;
}

export interface Compilation extends AsyncDisposable {
  /**
   * What is wrong with the views of a request, one verdict for each. A view whose turn did not come, because one before
   * it took all the time, has a good one.
   *
   * @throws BusyError
   */
  check(views: readonly unknown[], target: Target): Promise<readonly Verdict[]>;
}

interface Checked {
  readonly verdicts: readonly Verdict[];
  /** False where one took all the time: those behind it were not looked at. */
  readonly areComplete: boolean;
}

/** Clients ask for the same views again and again, and most of them are good. */
const GOOD_KEPT = 10_000;
/** Length of the warnings that are kept with them, in UTF-16 code units. */
const TEXT_KEPT = 10_000_000;
/** As it is built, from wherever this file is loaded: a thread loads no TypeScript. */
const THREAD = new URL('../dist/compile-thread.js', import.meta.url);
/** A view of the largest size that is taken needs 50 MB. */
const HEAP_MB = 256;

export function createCompilation(limits: CompilationLimits): Compilation {
  const { threads, requestMs, patienceMs, mostWaiting } = limits;
  const pool = createThreadPool<CheckTask, readonly Verdict[]>({
    thread: THREAD,
    ...{ size: threads, limitMs: requestMs, patienceMs, mostWaiting, heapMb: HEAP_MB },
  });
  const good = new LRUCache<string, Verdict>({
    max: GOOD_KEPT,
    maxSize: TEXT_KEPT,
    sizeCalculation: ({ warnings }) => 1 + JSON.stringify(warnings).length,
  });

  async function checkUnknown(views: readonly string[], target: Target): Promise<Checked> {
    try {
      return { verdicts: await pool.run({ views, target }), areComplete: true };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      const { at } = error as ThreadOverdueError | ThreadCrashedError;
      const verdicts = views.map((_, index) => (index === at ? tooCostly(reason) : GOOD));
      return { verdicts, areComplete: false };
    }
  }

  /** Undefined for what is no fault of the views. */
  function reasonOf(error: unknown): string | undefined {
    if (error instanceof ThreadOverdueError && error.at !== undefined) {
      return `could not be compiled in the ${requestMs} ms that a request may take; expected fewer or shorter expressions`;
    }
    if (error instanceof ThreadCrashedError && error.outOfMemory && error.at !== undefined) {
      return `could not be compiled in the ${HEAP_MB} MiB that there are for it; expected fewer or shorter expressions`;
    }
    return undefined;
  }

  return {
    async check(views, target) {
      const texts = views.map((view) => JSON.stringify(view));
      const keys = texts.map((text) => keyOf(text, target));
      const verdicts: Verdict[] = keys.map((key) => good.get(key) ?? GOOD);
      const unknown = texts.flatMap((text, index) => (good.has(keys[index] ?? '') ? [] : [{ text, index }]));
      if (unknown.length === 0) return verdicts;
      const found = await checkUnknown(
        unknown.map(({ text }) => text),
        target,
      );
      for (const [at, { index }] of unknown.entries()) {
        const verdict = found.verdicts[at] ?? GOOD;
        verdicts[index] = verdict;
        if (found.areComplete && verdict.total === 0) good.set(keys[index] ?? '', verdict);
      }
      return verdicts;
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

function keyOf(text: string, { fhirVersion, format, handling }: Target): string {
  return `${fhirVersion} ${format ?? 'any'} ${handling} ${createHash('sha256').update(text).digest('base64')}`;
}

function tooCostly(diagnostics: string): Verdict {
  return { ...GOOD, faults: [{ expression: 'ViewDefinition', diagnostics, isTooCostly: true }], total: 1 };
}
