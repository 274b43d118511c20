import type { CensusReads, HeldStep } from '@millrace/export';
import type { LeaseList, WorkerList } from '@millrace/protocol/admin';
import type { Request, Response } from 'express';
import { pageSchema, readQuery } from './query.js';

type Reads = Pick<CensusReads, 'sentSteps' | 'knownWorkers'>;

/** More steps are never held at a time: twice the slots of all workers. */
const ALL_STEPS = 100_000;

/** Steps that workers have, those first whose lease ends first. */
export async function heldSteps(jobs: Pick<CensusReads, 'sentSteps'>): Promise<readonly HeldStep[]> {
  const { steps } = await jobs.sentSteps(ALL_STEPS);
  return steps.filter((step): step is HeldStep => step.state === 'running');
}

export function leasesOf(exportId: string, held: readonly HeldStep[]): HeldStep[] {
  return held.filter((step) => step.exportId === exportId);
}

/** Workers that are known, and the leases that they hold. */
export function workerHandlers({ jobs }: { readonly jobs: Reads }) {
  return {
    async workers(_request: Request, response: Response<WorkerList>): Promise<void> {
      const [workers, held] = await Promise.all([jobs.knownWorkers(), heldSteps(jobs)]);
      response.json({
        workers: workers.map((worker) => ({
          ...worker,
          leases: held.filter((step) => step.worker === worker.id).length,
        })),
      });
    },
    async leases(request: Request, response: Response<LeaseList>): Promise<void> {
      const { _count: count } = readQuery(pageSchema.omit({ _cursor: true }), request);
      const { at, steps } = await jobs.sentSteps(ALL_STEPS);
      const held = steps.filter((step): step is HeldStep => step.state === 'running');
      response.json({ at, leases: held.slice(0, count), more: Math.max(0, held.length - count) });
    },
  };
}
