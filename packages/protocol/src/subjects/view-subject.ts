import type { Resource } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';

/** Guide versions before the ballot gave the URL of a logical model as `resourceType`. */
const LOGICAL_MODEL = /\/StructureDefinition\/ViewDefinition$/;

/** The resource as a ViewDefinition, or undefined when it is something else. */
export function asViewDefinition(resource: Resource): Resource | undefined {
  if (resource.resourceType === 'ViewDefinition') return resource;
  return LOGICAL_MODEL.test(resource.resourceType)
    ? { ...resource, resourceType: 'ViewDefinition' }
    : undefined;
}

/** Why a resource of this type cannot be exported. */
export function wrongType(type: string, expression: string | undefined): Fault {
  const at = expression === undefined ? {} : { expression };
  return type === 'Library'
    ? {
        status: 422,
        code: 'not-supported',
        diagnostics:
          'SQLQuery and SQLView Libraries are not supported as subjects; expected a ViewDefinition',
        ...at,
      }
    : {
        status: 422,
        code: 'invalid',
        diagnostics: `${quote(type)} cannot be exported; the subject must be a ViewDefinition`,
        ...at,
      };
}
