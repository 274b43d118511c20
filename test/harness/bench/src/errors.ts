/** A benchmark could not be carried out: the measured program did not start, did not answer, or failed. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
}
