import { BenchmarkError } from '../errors.js';

/** How the rows of a run came. */
export interface RowsRead {
  /** From the request to the first bytes of rows, in milliseconds. */
  readonly firstMs: number;
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Asks for rows and passes over them.
 *
 * @param mostBytes closes the connection after this many bytes
 */
export async function readRows(
  url: string,
  body: string,
  signal: AbortSignal,
  mostBytes = Infinity,
): Promise<RowsRead> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body,
    signal,
  });
  if (response.status !== 200 || response.body === null)
    throw new BenchmarkError(`a run was answered with ${response.status}: ${await response.text()}`);
  let firstMs: number | undefined;
  let bytes = 0;
  // A body of fetch gives bytes.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    firstMs ??= performance.now() - startedAt;
    bytes += chunk.length;
    // Leaving the loop cancels the answer, which closes its connection.
    if (bytes >= mostBytes) break;
  }
  return {
    firstMs: firstMs ?? performance.now() - startedAt,
    seconds: (performance.now() - startedAt) / 1000,
    bytes,
  };
}
