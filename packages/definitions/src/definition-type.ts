/**
 * The resource types that are stored as definitions. ViewDefinitions and Libraries are what can be run; ValueSets and
 * ConceptMaps are what SQL of Libraries may depend on.
 */
export const DEFINITION_TYPES = ['ViewDefinition', 'Library', 'ValueSet', 'ConceptMap'] as const;
export type DefinitionType = (typeof DEFINITION_TYPES)[number];
