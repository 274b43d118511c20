import type { StoredType } from './interactions.js';

/** A search parameter of stored definitions. */
export interface SearchParameter {
  readonly name: ParameterName;
  readonly type: 'token' | 'uri' | 'string' | 'date';
  readonly documentation: string;
}

export type ParameterName =
  | '_id'
  | '_lastUpdated'
  | 'url'
  | 'version'
  | 'name'
  | 'title'
  | 'status'
  | 'identifier'
  | 'description'
  | 'publisher'
  | 'resource'
  | 'type';

const OF_ALL: readonly SearchParameter[] = [
  { name: '_id', type: 'token', documentation: 'Logical id.' },
  { name: '_lastUpdated', type: 'date', documentation: 'Time of the last change, with the usual prefixes.' },
  { name: 'url', type: 'uri', documentation: 'Canonical URL, with or without |version.' },
  { name: 'version', type: 'token', documentation: 'Business version.' },
  {
    name: 'name',
    type: 'string',
    documentation:
      'Computable name, from its start, in any letter case. With :exact the whole name as it is.',
  },
  { name: 'title', type: 'string', documentation: 'Title for people, as name.' },
  { name: 'status', type: 'token', documentation: 'draft, active, retired or unknown.' },
  { name: 'identifier', type: 'token', documentation: 'Business identifier: value, system|value or |value.' },
  { name: 'description', type: 'string', documentation: 'Description, as name.' },
  { name: 'publisher', type: 'string', documentation: 'Publisher, as name.' },
];

const OF_ONE: Readonly<Partial<Record<StoredType, SearchParameter>>> = {
  ViewDefinition: { name: 'resource', type: 'token', documentation: 'Resource type that the view reads.' },
  Library: { name: 'type', type: 'token', documentation: 'Kind of Library, such as sql-query or sql-view.' },
};

export function searchParametersOf(type: StoredType): readonly SearchParameter[] {
  const own = OF_ONE[type];
  return own === undefined ? OF_ALL : [...OF_ALL, own];
}

const R4 = 'http://hl7.org/fhir/SearchParameter';
const GUIDE = 'http://hl7.org/fhir/uv/sql-on-fhir/SearchParameter';

/** Canonical URL of its SearchParameter. In R4 those of ValueSets and ConceptMaps are defined for several types together. */
export function searchParameterUrl(type: StoredType, name: ParameterName): string {
  if (name.startsWith('_')) return `${R4}/Resource-${name.slice(1)}`;
  switch (type) {
    case 'ViewDefinition':
      return `${GUIDE}/ViewDefinition-${name}`;
    case 'Library':
      return `${R4}/Library-${name}`;
    case 'ValueSet':
    case 'ConceptMap':
      return `${R4}/conformance-${name}`;
    default:
      return type satisfies never;
  }
}
