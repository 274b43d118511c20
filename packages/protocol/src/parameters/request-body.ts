import { parseParameters, type Parameter } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { Level } from '../operations/operation.js';

/** More are refused: a request names 10,000 patients and 200 subjects of five parts at most. */
export const MAX_ENTRIES = 12_000;

/** Of a parameter; it has a name, a value and extensions. */
const MAX_NAMES = 100;

/** Whether a body may be left out: where the URL says what to export, nothing is left that a body must say. */
export type BodyNeed = 'needed' | 'may-be-empty';

/** At the instance level the URL names the subject. */
export function bodyNeed(level: Level): BodyNeed {
  return level === 'instance' ? 'may-be-empty' : 'needed';
}

/** The parameters of a kick-off; undefined with faults when the body is not a Parameters resource. */
export function readBody(
  body: unknown,
  need: BodyNeed,
): { parameters: readonly Parameter[] | undefined; faults: readonly Fault[] } {
  if (isEmpty(body) && need === 'may-be-empty') return { parameters: [], faults: [] };
  const found = resourceTypeOf(body);
  if (found !== 'Parameters') {
    const what = found === undefined ? 'absent or not a FHIR resource in JSON' : `a ${quote(found)}`;
    return unreadable(`the body must be a Parameters resource in application/fhir+json, but it is ${what}`);
  }
  const { entries, names } = measure(body);
  if (entries > MAX_ENTRIES) return tooManyEntries(entries);
  if (names > MAX_NAMES) return tooManyNames(names);
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

/** Entries of `parameter` and of each `part`, whatever they hold, and the names that the fullest of them has. */
function measure(body: unknown): { entries: number; names: number } {
  const pending: unknown[] = [membersOf(body)['parameter']];
  let entries = 0;
  let names = Object.keys(membersOf(body)).length;
  for (let list = pending.pop(); list !== undefined; list = pending.pop()) {
    if (!Array.isArray(list)) continue;
    entries += list.length;
    for (const entry of list) {
      const members = membersOf(entry);
      names = Math.max(names, Object.keys(members).length);
      if (members['part'] !== undefined) pending.push(members['part']);
    }
  }
  return { entries, names };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function tooManyEntries(entries: number): { parameters: undefined; faults: readonly Fault[] } {
  return tooMuch(`the body has ${entries} parameters and parts; one request takes at most ${MAX_ENTRIES}`);
}

function tooManyNames(names: number): { parameters: undefined; faults: readonly Fault[] } {
  return tooMuch(`a parameter has ${names} elements; one takes at most ${MAX_NAMES}`);
}

function tooMuch(diagnostics: string): { parameters: undefined; faults: readonly Fault[] } {
  const expression = 'Parameters.parameter';
  return { parameters: undefined, faults: [{ status: 400, code: 'too-costly', diagnostics, expression }] };
}

function unreadable(diagnostics: string): { parameters: undefined; faults: readonly Fault[] } {
  return { parameters: undefined, faults: [{ status: 400, code: 'invalid', diagnostics }] };
}

/** Some parsers make an empty object of an empty body. */
function isEmpty(body: unknown): boolean {
  if (body === undefined) return true;
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
}

function resourceTypeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('resourceType' in body)) return undefined;
  return typeof body.resourceType === 'string' ? body.resourceType : undefined;
}
