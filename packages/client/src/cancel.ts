import { exchange, type RequestOptions } from './exchange.js';

/** Cancels an export. Afterwards its status URL is a 404; what was cancelled before is a `ServerRefusedError`. */
export async function cancelExport(statusUrl: string, options: RequestOptions = {}): Promise<void> {
  const response = await exchange('DELETE', statusUrl, options, {
    headers: { accept: 'application/fhir+json' },
  });
  await response.body?.cancel();
}
