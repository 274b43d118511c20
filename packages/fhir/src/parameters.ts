import * as z from 'zod';
import { elementFault } from './element-fault.js';
import type { ElementFault } from './element-fault.js';
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
  const parsed = parametersSchema.safeParse(body, { reportInput: true });
  if (parsed.success) {
    const faults = unknownElements(body);
    if (faults.length > 0) return { kind: 'faulty', faults };
    // zod types the elements it lets through as `unknown`; they are the `value[x]` of `Parameter`.
    return { kind: 'parameters', parameters: parsed.data };
  }
  return {
    kind: 'faulty',
    faults: parsed.error.issues.map((issue) => elementFault(issue, 'Parameters')),
  };
}
