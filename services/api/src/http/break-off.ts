import type { Response } from 'express';

/**
 * Resets the connection of an answer that cannot be completed, so that its client does not take it for a whole one: a client
 * or a proxy that speaks HTTP/1.0 takes the end of the connection for that of the answer.
 *
 * @param status that the error has, for the log, the metrics and the audit: the client was sent another one
 */
export function breakOff(response: Response, status: number): void {
  response.locals['brokenOff'] = status;
  response.socket?.resetAndDestroy();
  response.destroy();
}

/** Undefined for an answer that was not broken off by this server. */
export function brokenOffStatus({ locals }: Response): number | undefined {
  const status: unknown = locals['brokenOff'];
  return typeof status === 'number' ? status : undefined;
}
