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
  /** Runs that were answered with all their rows, and those that were answered with 503 or 429. */
  readonly ran: number;
  readonly runsPostponed: number;
  /** Answers that a client should not have got. */
  readonly problems: readonly string[];
}

const POLL_EVERY_MS = 20;
const AGAIN_MS = 500;
const RUN_EVERY_MS = 250;
const BUSY: readonly number[] = [429, 503];

export interface HonestTerms {
  readonly fhirUrl: string;
  readonly order: ExportOrder;
  /** The view that is run. */
  readonly view: object;
  /** That each of the exports and runs must have. */
  readonly rows: number;
}

/** One client with small exports and runs, one after the other; it polls the exports often. Goes on until the signal. */
export async function workHonestly(terms: HonestTerms, stop: AbortSignal): Promise<HonestWork> {
  const { fhirUrl, order } = terms;
  const work = { pollMs: [] as number[], problems: [] as string[], completed: 0, postponed: 0 };
  const runs = { ran: 0, runsPostponed: 0 };
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

  async function runOnAndOn(): Promise<void> {
    const parameter = [{ name: 'subjectResource', resource: terms.view }];
    const body = JSON.stringify({ resourceType: 'Parameters', parameter });
    const headers = { 'content-type': 'application/fhir+json' };
    while (!stop.aborted) {
      await delay(RUN_EVERY_MS);
      try {
        const response = await fetch(`${fhirUrl}/$sql-run`, { method: 'POST', headers, body });
        const text = await response.text();
        const rows = text.split('\n').length - 1;
        if (BUSY.includes(response.status)) runs.runsPostponed += 1;
        else if (response.status !== 200) work.problems.push(`a run was answered ${response.status}`);
        else if (rows !== terms.rows) work.problems.push(`a run has ${rows} rows instead of ${terms.rows}`);
        else runs.ran += 1;
      } catch (error) {
        work.problems.push(`a run was not answered: ${String(error)}`);
      }
    }
  }

  await Promise.all([exportOnAndOn(), poll(), runOnAndOn()]);
  return { ...work, ...runs };
}

function isBusy(error: unknown): boolean {
  return error instanceof ServerRefusedError && BUSY.includes(error.status);
}

function rowsOf({ outputs }: ExportManifest): number {
  return outputs.flatMap(({ files }) => files).reduce((sum, { rows = 0 }) => sum + rows, 0);
}
