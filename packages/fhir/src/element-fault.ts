import type { z } from 'zod';

/** Something is wrong at one element of a resource. */
export interface ElementFault {
  /** Such as `Parameters.parameter[0].part[1].name`. */
  readonly expression: string;
  /** The fault, as a clause without a subject: `is missing; string expected`. */
  readonly diagnostics: string;
}

/** An issue of a schema as a fault of a resource of this type. */
export function elementFault(issue: z.core.$ZodIssue, resourceType: string): ElementFault {
  return {
    expression: issue.path.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
      resourceType,
    ),
    diagnostics: diagnosticsOf(issue),
  };
}

function diagnosticsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  const { input, expected } = issue;
  if (input === undefined) return `is missing; ${expected} expected`;
  const found = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  return `is ${found}; ${expected} expected`;
}
