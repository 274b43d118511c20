/** Whether a worker thread ended because its heap was full. https://nodejs.org/api/errors.html#err_worker_out_of_memory */
export function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
