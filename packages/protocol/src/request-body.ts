import { parseParameters, type Parameter } from '@millrace/fhir';
import { quote } from './errors.js';
import type { Fault } from './fault.js';
import { isDeeperThan, MAX_DEPTH } from './json-depth.js';
import type { Level } from './operation.js';

/** The parameters of a kick-off; undefined with faults when the body is not a Parameters resource. */
export function readBody(
  body: unknown,
  level: Level,
): { parameters: readonly Parameter[] | undefined; faults: readonly Fault[] } {
  // At the instance level the URL says what to export, so that nothing is left that a body must say.
  if (isEmpty(body) && level === 'instance') return { parameters: [], faults: [] };
  const found = resourceTypeOf(body);
  if (found !== 'Parameters') {
    const what = found === undefined ? 'absent or not a FHIR resource in JSON' : `a ${quote(found)}`;
    return unreadable(`the body must be a Parameters resource in application/fhir+json; it is ${what}`);
  }
  if (isDeeperThan(body, MAX_DEPTH)) {
    return unreadable(`the body is nested too deeply; it may have ${MAX_DEPTH} levels`);
  }
  const parsed = parseParameters(body);
  if (parsed.kind === 'parameters') return { parameters: parsed.parameters.parameter ?? [], faults: [] };
  return {
    parameters: undefined,
    faults: parsed.faults.map(({ expression, diagnostics }) => ({
      status: 400,
      code: 'invalid',
      diagnostics: `${expression}: ${diagnostics}`,
      expression,
    })),
  };
}

function unreadable(diagnostics: string): { parameters: undefined; faults: readonly Fault[] } {
  return { parameters: undefined, faults: [{ status: 400, code: 'invalid', diagnostics }] };
}

/** Some parsers make an empty object of an empty body. */
function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}

function resourceTypeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('resourceType' in body)) return undefined;
  return typeof body.resourceType === 'string' ? body.resourceType : undefined;
}
