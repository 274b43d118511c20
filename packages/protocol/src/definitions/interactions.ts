/** The types that are stored as definitions. `packages/definitions` has the same list. */
export const STORED_TYPES = ['ViewDefinition', 'Library', 'ValueSet', 'ConceptMap'] as const;
export type StoredType = (typeof STORED_TYPES)[number];

export function isStoredType(type: unknown): type is StoredType {
  return STORED_TYPES.some((known) => known === type);
}

/**
 * The interactions with stored definitions, and their paths below the address of their type. Two interactions may have one
 * address: a query then tells them apart. https://hl7.org/fhir/R4/http.html
 */
export const DEFINITION_INTERACTIONS = {
  create: { method: 'POST', path: '' },
  'search-type': { method: 'GET', path: '' },
  'conditional-update': { method: 'PUT', path: '' },
  'history-type': { method: 'GET', path: '/_history' },
  'history-instance': { method: 'GET', path: '/:id/_history' },
  vread: { method: 'GET', path: '/:id/_history/:version' },
  read: { method: 'GET', path: '/:id' },
  update: { method: 'PUT', path: '/:id' },
  delete: { method: 'DELETE', path: '/:id' },
} as const;

/** In the order of a CapabilityStatement, in which a conditional update is no interaction of its own. */
export const LISTED_INTERACTIONS = [
  'create',
  'read',
  'vread',
  'update',
  'delete',
  'history-instance',
  'history-type',
  'search-type',
] as const;

/** The members of a CapabilityStatement that describe the interactions with stored definitions beyond their codes. */
export const DEFINITION_SUPPORT = {
  versioning: 'versioned',
  readHistory: true,
  updateCreate: true,
  conditionalCreate: true,
  conditionalRead: 'not-match',
  conditionalUpdate: true,
  conditionalDelete: 'not-supported',
} as const;

export type DefinitionInteraction = keyof typeof DEFINITION_INTERACTIONS;
