/** The interactions with stored ViewDefinitions, and their paths below the FHIR base. https://hl7.org/fhir/http.html */
export const DEFINITION_INTERACTIONS = {
  create: { method: 'POST', path: '/ViewDefinition' },
  read: { method: 'GET', path: '/ViewDefinition/:id' },
  vread: { method: 'GET', path: '/ViewDefinition/:id/_history/:version' },
  update: { method: 'PUT', path: '/ViewDefinition/:id' },
  delete: { method: 'DELETE', path: '/ViewDefinition/:id' },
  'search-type': { method: 'GET', path: '/ViewDefinition' },
} as const;

/** The members of a CapabilityStatement that describe the interactions with stored ViewDefinitions beyond their codes. */
export const DEFINITION_SUPPORT = {
  versioning: 'versioned',
  /** `vread` finds the latest version only. */
  readHistory: false,
  updateCreate: true,
  conditionalRead: 'not-match',
} as const;

export type DefinitionInteraction = keyof typeof DEFINITION_INTERACTIONS;
