import { didYouMean } from '@millrace/fhir';
import { root } from '../definition/read-definition.js';
import type { ViewDefinition } from '../definition/view-definition.js';
import type { ViewIssue } from '../errors.js';

/** The elements that decide the rows of a view. */
const DECIDING = ['resource', 'constant', 'select', 'where'];

/**
 * Elements of a ViewDefinition and of its base types: resource, domain resource, canonical and metadata
 * resource.
 *
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
const KNOWN: ReadonlySet<string> = new Set([
  ...DECIDING,
  'resourceType',
  'id',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
  'extension',
  'modifierExtension',
  'url',
  'identifier',
  'version',
  'versionAlgorithmString',
  'versionAlgorithmCoding',
  'name',
  'title',
  'status',
  'experimental',
  'date',
  'publisher',
  'contact',
  'description',
  'useContext',
  'jurisdiction',
  'purpose',
  'copyright',
  'copyrightLabel',
  'approvalDate',
  'lastReviewDate',
  'effectivePeriod',
  'topic',
  'author',
  'editor',
  'reviewer',
  'endorser',
  'relatedArtifact',
  'profile',
  'fhirVersion',
  // Elements that editors and converters write.
  '$schema',
  'fhir_comments',
]);

/** A misspelt `where` would let every resource through. */
export function checkRootNames(view: ViewDefinition): readonly ViewIssue[] {
  return Object.keys(view)
    .filter((name) => !KNOWN.has(name) && !name.startsWith('_'))
    .map((name) => ({ kind: 'element', expression: root, diagnostics: unknownElement(name) }));
}

function unknownElement(name: string): string {
  const hint = didYouMean(name, KNOWN) || `; the content of a view is in ${DECIDING.join(', ')}`;
  return `has the unknown element "${name.slice(0, 100)}"${hint}`;
}
