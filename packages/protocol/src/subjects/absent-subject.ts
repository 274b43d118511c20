import { canonicalText, parseReference } from '@millrace/fhir';
import type { Canonical, Resource } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { SubjectNaming } from '../operations/operation.js';

/** The parameters or parts that name a subject, for advice. */
export type SubjectNames = Pick<SubjectNaming, 'reference' | 'resource'>;

const LISTED =
  'GET [base]/ViewDefinition lists the ViewDefinitions that it stores, and GET [base]/Library the Libraries';

/**
 * For a canonical URL that no stored definition has.
 *
 * @param other the definition that the URL without the version names
 */
export function absentCanonical(
  canonical: Canonical,
  other: Resource | undefined,
  names: SubjectNames,
): string {
  const absent = `this server does not store ${quote(canonicalText(canonical))}`;
  if (other !== undefined) return `${absent}; of this URL it stores ${versionOf(other)}`;
  if (parseReference(canonical.url)?.base === undefined && !hasScheme(canonical.url)) {
    return `${absent}; a canonical is an absolute URL, and a reference such as ViewDefinition/123 is sent as ${names.reference}`;
  }
  return `${absent}; ${LISTED}`;
}

/** For a reference to a resource of this server that does not exist. */
export function absentReference(type: string, id: string, names: SubjectNames): string {
  return `${type}/${id} does not exist; ${LISTED}; a resource itself is sent as ${names.resource}`;
}

/** For a reference that does not lead to this server. */
export function foreignReference(text: string, baseUrl: string): string {
  const foreign = `${quote(text)} is not a resource of this server, and this server does not ask others`;
  return hasScheme(text)
    ? `${foreign}; its own addresses begin with ${baseUrl}/`
    : `${foreign}; expected a reference such as ViewDefinition/123`;
}

function versionOf({ version }: Resource): string {
  return typeof version === 'string' ? `the version ${quote(version)}` : 'one without a version';
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}
