import { misplacedOperation, refuse, unknownAddress } from '@millrace/protocol';
import type { Request, RequestHandler } from 'express';

/** Before the routes of resources, which would take `$name` for an id. */
export const refuseMisplacedOperation: RequestHandler = (request, _response, next) => {
  const path = belowBase(request);
  const diagnostics = path === undefined ? undefined : misplacedOperation(path);
  if (diagnostics !== undefined) throw refuse(404, 'not-found', diagnostics);
  next();
};

/** Behind all routes. */
export const refuseUnknownAddress: RequestHandler = (request) => {
  throw refuse(404, 'not-found', unknownAddress(belowBase(request)));
};

function belowBase({ path }: Pick<Request, 'path'>): string | undefined {
  return /^\/fhir(?=\/|$)(.*)$/s.exec(path)?.[1];
}
