import { R4_PATIENT_COMPARTMENT } from './r4-patient-compartment.js';

/** How a resource of a type tells whose it is: by its own id, or by References at some paths of element names. */
export type PatientLink =
  | { readonly kind: 'id' }
  | { readonly kind: 'references'; readonly paths: readonly (readonly string[])[] };

/**
 * How resources of a type belong to patients by https://hl7.org/fhir/R4/compartmentdefinition-patient.html. A `Patient` is left to
 * its id: another patient who is only linked to one has a compartment of their own. Undefined for types that are in no patient's
 * compartment, such as Organization and Device.
 */
export function patientLinkOf(resourceType: string): PatientLink | undefined {
  if (resourceType === 'Patient') return { kind: 'id' };
  const paths = Object.hasOwn(R4_PATIENT_COMPARTMENT, resourceType)
    ? R4_PATIENT_COMPARTMENT[resourceType]
    : undefined;
  return paths === undefined
    ? undefined
    : { kind: 'references', paths: paths.split(' ').map((path) => path.split('.')) };
}
