import { refuse } from '@millrace/protocol';
import type { RequestHandler } from 'express';

/** For a path that exists, but not with this method. */
export function refuseMethod(...allowed: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed.join(', '));
    const { method, path } = request;
    const isSearch = method === 'POST' && path.endsWith('/_search');
    const diagnostics = isSearch
      ? 'a search is sent by GET, with its parameters in the URL: GET [base]/{type}?…'
      : `${method} is not possible here; ${allowed.join(' and ')} may be`;
    throw refuse(405, 'not-supported', diagnostics);
  };
}
