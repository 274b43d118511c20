import * as z from 'zod';
import { elementFault } from './element-fault.js';
import type { ElementFault } from './element-fault.js';
import { isJsonObject } from './json-object.js';
import { resourceSchema, type Resource } from './resource.js';
import { unknownElements } from './unknown-elements.js';

/** https://hl7.org/fhir/extensibility.html */
export interface Extension {
  readonly url: string;
  readonly extension?: readonly Extension[];
  readonly [value: `value${string}`]: unknown;
}

/** One `Parameters.parameter`, or one `part` of it. */
export interface Parameter {
  readonly name: string;
  readonly [value: `value${string}`]: unknown;
  readonly resource?: Resource | undefined;
  readonly part?: readonly Parameter[] | undefined;
  readonly extension?: readonly Extension[] | undefined;
}

/** https://hl7.org/fhir/parameters.html */
export interface Parameters {
  readonly resourceType: 'Parameters';
  readonly parameter?: readonly Parameter[] | undefined;
}

const parameterSchema = z.looseObject({
  name: z.string().min(1, 'must not be empty'),
  resource: resourceSchema.optional(),
  get part() {
    return z.array(parameterSchema).optional();
  },
});

const parametersSchema = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(parameterSchema).optional(),
});

export type ParsedParameters =
  | { readonly kind: 'parameters'; readonly parameters: Parameters }
  | { readonly kind: 'faulty'; readonly faults: readonly ElementFault[] };

/** Reads the structure of a Parameters resource; the values stay unread until a type is asked for. */
export function parseParameters(body: unknown): ParsedParameters {
  // The schema copies every entry, which takes the event loop some hundred milliseconds for the largest request: it is asked
  // only where there is a fault to be told.
  if (isParameters(body)) {
    const faults = unknownElements(body);
    return faults.length > 0 ? { kind: 'faulty', faults } : { kind: 'parameters', parameters: body };
  }
  const { error } = parametersSchema.safeParse(body, { reportInput: true });
  if (error === undefined) throw new Error('the schema of Parameters takes a resource that is none');
  return { kind: 'faulty', faults: error.issues.map((issue) => elementFault(issue, 'Parameters')) };
}

/** Whether the schema has no fault. Nesting is bounded where the JSON is read. */
function isParameters(body: unknown): body is Parameters {
  if (!isJsonObject(body) || body['resourceType'] !== 'Parameters') return false;
  return isListOfParameters(body['parameter']);
}

function isListOfParameters(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.every(isParameter));
}

function isParameter(entry: unknown): boolean {
  if (!isJsonObject(entry)) return false;
  const { name, resource, part } = entry;
  return (
    typeof name === 'string' &&
    name !== '' &&
    (resource === undefined || isResource(resource)) &&
    isListOfParameters(part)
  );
}

function isResource(value: unknown): boolean {
  return isJsonObject(value) && typeof value['resourceType'] === 'string' && value['resourceType'] !== '';
}
