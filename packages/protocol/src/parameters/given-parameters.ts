import type { Parameter } from '@millrace/fhir';
import type { Fault } from '../errors/fault.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import type { Method, ParameterDeclaration } from '../operations/operation.js';
import { readQuery } from './read-query.js';
import { readBody, type BodyNeed } from './request-body.js';

/** The parameters of a request, each with the element that holds its value; undefined when they cannot be found. */
export interface GivenParameters {
  readonly parameters: readonly Parameter[] | undefined;
  readonly faults: readonly Fault[];
}

/** The place of the parameters of a request depends on its method. @param body of a POST */
export function givenParameters(
  method: Method,
  request: KickOffRequest,
  body: BodyNeed,
  declared: readonly ParameterDeclaration[],
): GivenParameters {
  switch (method) {
    case 'GET':
      return readQuery(request.query ?? {}, declared);
    case 'POST':
      return readBody(request.body, body);
    default:
      return method satisfies never;
  }
}
