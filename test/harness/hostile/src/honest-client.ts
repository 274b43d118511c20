import { setTimeout as delay } from 'node:timers/promises';
import { awaitResult, fetchManifest, kickOff, ServerRefusedError } from '@millrace/client';
import type { ExportManifest, ExportOrder } from '@millrace/client';

export interface HonestWork {
  /** How long each poll took until its answer was read, in ms. */
  readonly pollMs: readonly number[];
  /** Exports that were completed. */
  readonly completed: number;
  /** Kick-offs that were answered with 503 or 429, and sent again. */
  readonly postponed: number;
  /** Answers that a client should not have got. */
  readonly problems: readonly string[];
}

const POLL_EVERY_MS = 20;
const AGAIN_MS = 500;

export interface HonestTerms {
  readonly fhirUrl: string;
  readonly order: ExportOrder;
  /** That each of the exports must have. */
  readonly rows: number;
}

/** One client with small exports, one after the other, which it polls often. Goes on until the signal. */
export async function workHonestly(terms: HonestTerms, stop: AbortSignal): Promise<HonestWork> {
  const { fhirUrl, order } = terms;
  const work = { pollMs: [] as number[], problems: [] as string[], completed: 0, postponed: 0 };
  let current: string | undefined;

  async function exportOnAndOn(): Promise<void> {
    while (!stop.aborted) {
      try {
        current = await kickOff(fhirUrl, order);
        const rows = rowsOf(await fetchManifest(await awaitResult(current)));
        if (rows !== terms.rows) work.problems.push(`an export has ${rows} rows instead of ${terms.rows}`);
        work.completed += 1;
      } catch (error) {
        if (isBusy(error)) work.postponed += 1;
        else work.problems.push(String(error));
        await delay(AGAIN_MS);
      }
    }
  }

  async function poll(): Promise<void> {
    while (!stop.aborted) {
      await delay(POLL_EVERY_MS);
      if (current === undefined) continue;
      const start = performance.now();
      try {
        const response = await fetch(current, { redirect: 'manual' });
        await response.arrayBuffer();
        if (![202, 303].includes(response.status))
          work.problems.push(`a poll was answered ${response.status}`);
      } catch (error) {
        work.problems.push(`a poll was not answered: ${String(error)}`);
      }
      work.pollMs.push(performance.now() - start);
    }
  }

  await Promise.all([exportOnAndOn(), poll()]);
  return work;
}

function isBusy(error: unknown): boolean {
  return error instanceof ServerRefusedError && [429, 503].includes(error.status);
}

function rowsOf({ outputs }: ExportManifest): number {
  return outputs.flatMap(({ files }) => files).reduce((sum, { rows = 0 }) => sum + rows, 0);
}
