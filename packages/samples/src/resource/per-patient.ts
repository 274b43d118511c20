/**
 * How many resources of a type each patient has. Fixed, so that the index of a resource alone says whose it is and a
 * file can be made without the others.
 */
export const PER_PATIENT = { Patient: 1, Encounter: 4, Condition: 3, Observation: 12 } as const;

/** Index of the patient that the index-th resource of a type belongs to. */
export function patientIndex(type: keyof typeof PER_PATIENT, index: number): number {
  return Math.floor(index / PER_PATIENT[type]);
}
