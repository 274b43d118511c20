import { hash } from 'node:crypto';
import { ThreadCrashedError, ThreadOverdueError, createThreadPool, inRounds } from '@millrace/threads';
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
   * Checks the views of a request; returns one verdict for each. A view that was not checked, because an
   * earlier one took all the time, gets a good verdict.
   *
   * @param tenant whose request it is: tenants take turns
   * @throws BusyError
   */
  check(views: readonly object[], target: Target, tenant?: string): Promise<readonly Verdict[]>;
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
/** A view of the largest size that is taken needs less than 40 MiB. */
const HEAP_MB = 56;

export function createCompilation(limits: CompilationLimits): Compilation {
  const { threads, requestMs, patienceMs, mostWaiting } = limits;
  const pool = createThreadPool<CheckTask, readonly Verdict[]>({
    thread: THREAD,
    size: threads,
    limitMs: requestMs,
    patienceMs,
    mostWaiting,
    heapMb: HEAP_MB,
  });
  const good = new LRUCache<string, Verdict>({
    max: GOOD_KEPT,
    maxSize: TEXT_KEPT,
    sizeCalculation: ({ warnings, columns = [] }) => 1 + JSON.stringify([warnings, columns]).length,
  });

  /** Checks that are under way: requests for the same views at the same moment share one. */
  const underway = new Map<string, Promise<Checked>>();

  function checkOnce(key: string, check: () => Promise<Checked>): Promise<Checked> {
    const shared = underway.get(key);
    if (shared !== undefined) return shared;
    const own = check().finally(() => underway.delete(key));
    underway.set(key, own);
    return own;
  }

  async function checkUnknown(
    views: readonly string[],
    target: Target,
    tenant: string | undefined,
  ): Promise<Checked> {
    try {
      return { verdicts: await pool.run({ views, target }, tenant), areComplete: true };
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      const { at } = error as ThreadOverdueError | ThreadCrashedError;
      const verdicts = views.map((_, index) => (index === at ? tooCostly(reason) : GOOD));
      return { verdicts, areComplete: false };
    }
  }

  /** Undefined for an error that is not a fault of the views. */
  function reasonOf(error: unknown): string | undefined {
    if (error instanceof ThreadOverdueError && error.at !== undefined) {
      return `could not be compiled in the ${requestMs} ms that one request may use; expected fewer or shorter expressions`;
    }
    if (error instanceof ThreadCrashedError && error.outOfMemory && error.at !== undefined) {
      return `could not be compiled in ${HEAP_MB} MiB of memory, which is the limit; expected fewer or shorter expressions`;
    }
    return undefined;
  }

  return {
    async check(views, target, tenant) {
      const distinct = [...new Set(views)];
      const texts = await digestStrangers(distinct);
      const verdicts = new Map(distinct.map((view) => [view, good.get(keyOf(view, target))]));
      const unknown = distinct.filter((view) => verdicts.get(view) === undefined);
      if (unknown.length > 0) {
        // Of one tenant: the turn of another one may be far away.
        const key = JSON.stringify([tenant, ...unknown.map((view) => keyOf(view, target))]);
        const found = await checkOnce(key, async () =>
          checkUnknown(await textsOf(unknown, texts), target, tenant),
        );
        for (const [at, view] of unknown.entries()) {
          const verdict = found.verdicts[at] ?? GOOD;
          verdicts.set(view, verdict);
          if (found.areComplete && verdict.total === 0) good.set(keyOf(view, target), verdict);
        }
      }
      return views.map((view) => verdicts.get(view) ?? GOOD);
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** Of the text of each view that was seen. Stored ones come again and again, as one and the same object. */
const digests = new WeakMap<object, string>();

/** Digests the views that were never seen, and gives their texts. */
async function digestStrangers(views: readonly object[]): Promise<ReadonlyMap<object, string>> {
  const texts = new Map<object, string>();
  function* digested(): Generator<string> {
    for (const view of views) {
      if (digests.has(view)) continue;
      const text = JSON.stringify(view);
      texts.set(view, text);
      digests.set(view, hash('sha256', text, 'base64'));
      yield text;
    }
  }
  for await (const text of inRounds(digested())) void text;
  return texts;
}

async function textsOf(views: readonly object[], known: ReadonlyMap<object, string>): Promise<string[]> {
  const texts: string[] = [];
  function* made(): Generator<string> {
    for (const view of views) yield known.get(view) ?? JSON.stringify(view);
  }
  for await (const text of inRounds(made())) texts.push(text);
  return texts;
}

function keyOf(view: object, { fhirVersion, format, handling, describesColumns }: Target): string {
  const wanted = describesColumns ? 'columns' : 'faults';
  return `${fhirVersion} ${format ?? 'any'} ${handling} ${wanted} ${digests.get(view) ?? ''}`;
}

function tooCostly(diagnostics: string): Verdict {
  return { ...GOOD, faults: [{ expression: 'ViewDefinition', diagnostics, isTooCostly: true }], total: 1 };
}
