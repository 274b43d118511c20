import { EMPTY_TALLY } from '@millrace/export';
import type { EnginePool } from '@millrace/run';

/** Stands for every part that no engine has written. */
export const IDLE_PART = { bytes: 0, etag: 'idle' } as const;

/** Engines that read nothing and say at once that they have stored one part for each view of their shard. */
export function createIdlePool(size: number): EnginePool {
  return {
    size,
    async run(task) {
      const parts = task.views.map(({ subject }, index) => ({
        ...IDLE_PART,
        subject,
        key: `${task.partPrefix}${index + 1}.${task.format}`,
        rows: 0,
        sha256: '0'.repeat(64),
      }));
      const { firstCut: cut, from, end: to } = task;
      const last = { cut, from, to, parts, bytesRead: to - from, tally: EMPTY_TALLY };
      return { resources: 0, rows: 0, engines: task.views.map(() => 'codegen'), last };
    },
    copy: () => Promise.reject(new Error('nothing is copied')),
    findSuperseded: () => Promise.reject(new Error('there is one version of each resource')),
    describe: async ({ views }) => views.map(() => ({ columns: [], engine: 'codegen' })),
    async [Symbol.asyncDispose]() {},
  };
}
