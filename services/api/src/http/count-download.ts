import type { Downloads } from '@millrace/export';

/** A download counts so long without being renewed: after the death of an instance, its downloads keep files for that time. */
const COUNTED_MS = 30_000;

/** Counts a download for all instances until it is disposed of. A store that cannot count it keeps nobody from it. */
export async function countDownload(
  jobs: Pick<Downloads, 'openDownload' | 'closeDownload'>,
  exportId: string,
  name: string,
): Promise<AsyncDisposable> {
  const count = (): Promise<void> => jobs.openDownload(exportId, name, COUNTED_MS).catch(() => undefined);
  await count();
  const timer = setInterval(() => void count(), COUNTED_MS / 3);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await jobs.closeDownload(exportId, name).catch(() => undefined);
    },
  };
}
