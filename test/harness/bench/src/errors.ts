/** A benchmark could not be carried out: what it measures did not start, did not answer, or failed. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
}
