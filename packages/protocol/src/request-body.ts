import { parseParameters, type Parameter } from '@millrace/fhir';
import { quote } from './errors.js';
import type { Fault } from './fault.js';
import type { Level } from './operation.js';

/** The parameters of a kick-off; undefined with faults when the body is not a Parameters resource. */
export function readBody(
  body: unknown,
  level: Level,
): { parameters: readonly Parameter[] | undefined; faults: readonly Fault[] } {
  // At the instance level the URL says what to export, so that nothing is left that a body must say.
  if (body === undefined && level === 'instance') return { parameters: [], faults: [] };
  const found = resourceTypeOf(body);
  if (found !== 'Parameters') {
    const diagnostics = `the body must be a Parameters resource; it is ${found === undefined ? 'not a FHIR resource in JSON' : quote(found)}`;
    return { parameters: undefined, faults: [{ status: 400, code: 'invalid', diagnostics }] };
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

function resourceTypeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('resourceType' in body)) return undefined;
  return typeof body.resourceType === 'string' ? body.resourceType : undefined;
}
