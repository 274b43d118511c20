/** Linux does not say what is asked of a process: it is gone, or this is another system. */
export class ProcFileError extends Error {
  override readonly name = 'ProcFileError';
}
