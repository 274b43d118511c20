import type { Fault } from '../errors/fault.js';
import { quote } from '../errors/errors.js';
import type { KickOffRequest } from './kick-off-request.js';
import { isJson } from '../http/media-type.js';
import { readPreferences } from '../http/preferences.js';
import type { Preferences } from '../http/preferences.js';
import { choosesRepresentation } from '../http/representation.js';
import { RESULTS } from '../operations/operation.js';
import type { Method, OperationDeclaration } from '../operations/operation.js';
import { expressionOfName } from '../parameters/read-parameters.js';

/** Faults outside the body: method, preference, media type, query. */
export function requestFaults(
  request: KickOffRequest,
  { code: operationCode, methods, result }: OperationDeclaration,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (methodOf(request, methods) === undefined) {
    faults.push({
      status: 400,
      code: 'required',
      diagnostics: `${operationCode} is invoked by ${methods.map(howInvoked).join(' or ')}, not by ${request.method}`,
    });
  }
  if (RESULTS[result].isAsynchronous && !preferencesOf(request).has('respond-async')) {
    faults.push({
      status: 400,
      code: 'required',
      diagnostics: `${operationCode} runs asynchronously only: send the header "Prefer: respond-async"`,
    });
  }
  const mediaType = header(request, 'content-type');
  // By GET there is no body, and the query has the parameters.
  if (request.method === 'GET' && methods.includes('GET')) return faults;
  if (mediaType !== undefined && !isJson(mediaType)) {
    faults.push({
      status: 415,
      code: 'not-supported',
      diagnostics: `the body is ${quote(mediaType)}; it must be application/fhir+json`,
    });
  }
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (choosesRepresentation(name, value)) continue;
    faults.push({
      status: 400,
      code: 'not-supported',
      diagnostics: `the query parameter ${quote(name)} is not supported: put parameters of ${operationCode} into the Parameters body`,
      expression: expressionOfName(name) ?? 'Parameters',
    });
  }
  return faults;
}

/** The method of a request; undefined for any other method. */
export function methodOf(
  { method }: Pick<KickOffRequest, 'method'>,
  methods: readonly Method[],
): Method | undefined {
  return methods.find((candidate) => candidate === method);
}

function howInvoked(method: Method): string {
  switch (method) {
    case 'GET':
      return 'GET with a query';
    case 'POST':
      return 'POST with a Parameters body';
    default:
      return method satisfies never;
  }
}

function header(request: KickOffRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}

export function preferencesOf(request: KickOffRequest): Preferences {
  return readPreferences(header(request, 'prefer'));
}
