import type { CopiedResource } from './grouped-data.js';

/**
 * Elements of the types of the data by which https://hl7.org/fhir/R4/compartmentdefinition-patient.html puts a resource into
 * the compartment of a patient.
 */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['patient', 'recorder', 'asserter'],
  CarePlan: ['subject', 'activity.detail.performer'],
  CareTeam: ['subject', 'participant.member'],
  Condition: ['subject', 'asserter'],
  DiagnosticReport: ['subject'],
  Encounter: ['subject'],
  Group: ['member.entity'],
  ImagingStudy: ['subject'],
  Immunization: ['patient'],
  MedicationRequest: ['subject'],
  Observation: ['subject', 'performer'],
  Procedure: ['subject', 'performer.actor'],
};

/** The patients whose compartment a resource is in. */
export function patientsOf({ type, resource }: CopiedResource): ReadonlySet<string> {
  if (type === 'Patient') return new Set([resource.id]);
  const found = new Set<string>();
  for (const path of LINKS[type] ?? []) {
    for (const { reference = '' } of valuesAt(resource, path.split('.')) as { reference?: string }[]) {
      const [, id] = /^Patient\/([^/]+)$/.exec(reference) ?? [];
      if (id !== undefined) found.add(id);
    }
  }
  return found;
}

type Passes = (one: CopiedResource, itsPatients: ReadonlySet<string>) => boolean;

/** The resources that are in the compartments of the patients, and pass. */
export function compartmentResources(
  resources: readonly CopiedResource[],
  patients: ReadonlySet<string>,
  passes: Passes = () => true,
): readonly CopiedResource[] {
  return resources.filter((one) => {
    const its = new Set([...patientsOf(one)].filter((id) => patients.has(id)));
    return its.size > 0 && passes(one, its);
  });
}

/** The lines of these resources. */
export function compartmentOf(...of: Parameters<typeof compartmentResources>): readonly string[] {
  return compartmentResources(...of)
    .map(({ line }) => line)
    .sort();
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined) return [value];
  const children = (value as Readonly<Record<string, unknown>>)[name] ?? [];
  return [children].flat().flatMap((child) => valuesAt(child, rest));
}
