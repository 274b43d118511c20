import type { Response } from 'express';

/**
 * Closes the connection of an answer that cannot be completed, so that its client does not take it for a whole one.
 *
 * @param status that the error has, for the log, the metrics and the audit: the client was sent another one
 */
export function breakOff(response: Response, status: number): void {
  response.locals['brokenOff'] = status;
  response.destroy();
}

/** Undefined for an answer that was not broken off by this server. */
export function brokenOffStatus({ locals }: Response): number | undefined {
  const status: unknown = locals['brokenOff'];
  return typeof status === 'number' ? status : undefined;
}
