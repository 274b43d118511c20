import type { Resource } from '@millrace/fhir';
import { libraryKindOf } from '@millrace/sqlquery';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { SubjectKind } from '../operations/operation.js';

/** Guide versions before the ballot gave the URL of a logical model as `resourceType`. */
const LOGICAL_MODEL = /\/StructureDefinition\/ViewDefinition$/;

/** The kind of artefact that a resource is; undefined where it cannot be a subject. */
export function subjectKindOf(resource: Resource): SubjectKind | undefined {
  const { resourceType } = resource;
  if (resourceType === 'ViewDefinition' || LOGICAL_MODEL.test(resourceType)) return 'ViewDefinition';
  const kind = libraryKindOf(resource);
  if (kind === undefined) return undefined;
  return kind === 'query' ? 'SQLQuery' : 'SQLView';
}

/** The resource as a ViewDefinition, whatever its guide calls it. */
export function asViewDefinition(resource: Resource): Resource {
  return resource.resourceType === 'ViewDefinition'
    ? resource
    : { ...resource, resourceType: 'ViewDefinition' };
}

/**
 * The fault of a subject that an operation does not take.
 *
 * @param type its kind, or its resource type where it has none
 */
export function wrongType(
  type: string,
  expression: string | undefined,
  kinds: readonly SubjectKind[],
): Fault {
  const diagnostics = `${quote(type)} cannot be a subject here; it must be ${kinds.join(' or ')}`;
  const hint = type === 'Library' ? ', and a Library says by its type which of them it is' : '';
  return {
    status: 422,
    code: 'invalid',
    diagnostics: `${diagnostics}${hint}`,
    ...(expression === undefined ? {} : { expression }),
  };
}
