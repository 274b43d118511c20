/** How far the data strays from FHIR: `valid`, or `wild` with nulls, lists and values where others are due. */
export type Manners = 'valid' | 'wild';
