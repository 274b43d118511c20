import { refuse } from '@millrace/protocol';
import type { RequestHandler } from 'express';

/** For a path that exists, but not with this method. */
export function refuseMethod(...allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed.join(', '));
    throw refuse(
      405,
      'not-supported',
      `${request.method} is not possible here; ${allowed.join(' and ')} may be`,
    );
  };
}
