import type { ParameterDeclaration, SubjectNaming } from './operation.js';

/** Of the operations of 3.0.0-ballot. */
export const SQL_SUBJECT: SubjectNaming = {
  parameter: 'subject',
  name: 'name',
  canonical: 'subjectCanonical',
  reference: 'subjectReference',
  resource: 'subjectResource',
  values: 'parameters',
  kinds: ['ViewDefinition', 'SQLQuery', 'SQLView'],
  referenceMayBeCanonical: false,
};

/** Of the operations on ViewDefinitions that they replaced. */
export const VIEW_SUBJECT: SubjectNaming = {
  parameter: 'view',
  name: 'name',
  canonical: 'viewCanonical',
  reference: 'viewReference',
  resource: 'viewResource',
  values: undefined,
  kinds: ['ViewDefinition'],
  referenceMayBeCanonical: true,
};

/** Of the operations on SQLQuery Libraries that they replaced. */
export const QUERY_SUBJECT: SubjectNaming = {
  parameter: 'query',
  name: 'name',
  canonical: 'queryCanonical',
  reference: 'queryReference',
  resource: 'queryResource',
  values: 'parameters',
  kinds: ['SQLQuery'],
  referenceMayBeCanonical: true,
};

/** The three parameters or parts of which a request gives one, to name a subject. */
export function subjectForms({
  canonical,
  reference,
  resource,
  referenceMayBeCanonical,
  kinds,
}: SubjectNaming): ParameterDeclaration[] {
  const types = [
    ...(kinds.includes('ViewDefinition') ? ['ViewDefinition'] : []),
    ...(kinds.some((kind) => kind !== 'ViewDefinition') ? ['Library'] : []),
  ].join(' or ');
  const form = (name: string, type: ParameterDeclaration['type'], documentation: string) =>
    ({ name, min: 0, max: '1', type, documentation }) as const;
  return [
    form(canonical, 'canonical', `Canonical URL of a stored ${types}, with or without |version.`),
    form(
      reference,
      'Reference',
      `Literal reference to a stored ${types} of this server${referenceMayBeCanonical ? ', or its canonical URL' : ''}.`,
    ),
    form(resource, 'Resource', `The ${types} itself.`),
  ];
}
