import type { ParameterDeclaration } from './operation.js';

/** Where the guide has its OperationDefinitions. */
export const GUIDE = 'http://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition';

export const HEADER: ParameterDeclaration = {
  name: 'header',
  min: 0,
  max: '1',
  type: 'boolean',
  documentation: 'CSV only: whether each file starts with the column names. Default true.',
};

/** Which resources of which source. */
export const SELECTION: readonly ParameterDeclaration[] = [
  {
    name: 'patient',
    min: 0,
    max: '*',
    type: 'Reference',
    documentation:
      'Only resources in the compartment of one of these patients. Resources that are not in the compartment of a patient are left out.',
  },
  {
    name: 'group',
    min: 0,
    max: '*',
    type: 'Reference',
    documentation:
      'Only resources in the compartment of a patient who is a member of one of these groups when the request is accepted. With patient too: only patients who are in both.',
  },
  {
    name: '_since',
    min: 0,
    max: '1',
    type: 'instant',
    documentation:
      'Only resources whose meta.lastUpdated is later, and those without one. Older resources of patients who joined a group later are left out.',
  },
  {
    name: 'source',
    min: 0,
    max: '1',
    type: 'string',
    documentation: 'Name of a source that this server is configured with.',
  },
];

export function valuesParameter(name: string): ParameterDeclaration {
  const documentation =
    'Parameters with values for those that the SQLQuery declares, by name. One without a value is null.';
  return { name, min: 0, max: '1', type: 'Resource', documentation };
}

/** https://hl7.org/fhir/uv/sql-on-fhir/operations-common.html#context-matching */
export function contextParameter(name: string): ParameterDeclaration {
  const documentation =
    'An artefact that the SQL of a subject depends on: a ViewDefinition, SQLView, ValueSet or ConceptMap. It is found by its url, before a stored one, and has no output.';
  return { name, min: 0, max: '*', type: 'Resource', documentation };
}
