/** Linux does not have the requested fact about a process: the process is gone, or this is another system. */
export class ProcFileError extends Error {
  override readonly name = 'ProcFileError';
}
