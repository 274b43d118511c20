/**
 * Elements that put a resource into the compartment of a patient, by resource type: those that the search parameters of
 * https://hl7.org/fhir/R4/compartmentdefinition-patient.html look at. `Patient` is left to its id: another patient who
 * is only linked to one has a compartment of their own.
 */
const REFERENCES: Readonly<Record<string, string>> = {
  Account: 'subject',
  AdverseEvent: 'subject',
  AllergyIntolerance: 'patient recorder asserter',
  Appointment: 'participant.actor',
  AppointmentResponse: 'actor',
  AuditEvent: 'agent.who entity.what',
  Basic: 'subject author',
  BodyStructure: 'patient',
  CarePlan: 'subject activity.detail.performer',
  CareTeam: 'subject participant.member',
  ChargeItem: 'subject',
  Claim: 'patient payee.party',
  ClaimResponse: 'patient',
  ClinicalImpression: 'subject',
  Communication: 'subject sender recipient',
  CommunicationRequest: 'subject sender recipient requester',
  Composition: 'subject author attester.party',
  Condition: 'subject asserter',
  Consent: 'patient',
  Coverage: 'policyHolder subscriber beneficiary payor',
  CoverageEligibilityRequest: 'patient',
  CoverageEligibilityResponse: 'patient',
  DetectedIssue: 'patient',
  DeviceRequest: 'subject performer',
  DeviceUseStatement: 'subject',
  DiagnosticReport: 'subject',
  DocumentManifest: 'subject author recipient',
  DocumentReference: 'subject author',
  Encounter: 'subject',
  EnrollmentRequest: 'candidate',
  EpisodeOfCare: 'patient',
  ExplanationOfBenefit: 'patient payee.party',
  FamilyMemberHistory: 'patient',
  Flag: 'subject',
  Goal: 'subject',
  Group: 'member.entity',
  ImagingStudy: 'subject',
  Immunization: 'patient',
  ImmunizationEvaluation: 'patient',
  ImmunizationRecommendation: 'patient',
  Invoice: 'subject recipient',
  List: 'subject source',
  MeasureReport: 'subject',
  Media: 'subject',
  MedicationAdministration: 'subject performer.actor',
  MedicationDispense: 'subject receiver',
  MedicationRequest: 'subject',
  MedicationStatement: 'subject',
  MolecularSequence: 'patient',
  NutritionOrder: 'patient',
  Observation: 'subject performer',
  Person: 'link.target',
  Procedure: 'subject performer.actor',
  Provenance: 'target',
  QuestionnaireResponse: 'subject author',
  RelatedPerson: 'patient',
  RequestGroup: 'subject action.participant',
  ResearchSubject: 'individual',
  RiskAssessment: 'subject',
  Schedule: 'actor',
  ServiceRequest: 'subject performer',
  Specimen: 'subject',
  SupplyDelivery: 'patient',
  SupplyRequest: 'deliverTo',
  VisionPrescription: 'patient',
};

/** How a resource of a type tells whose it is: by its own id, or by References at some paths of element names. */
export type PatientLink =
  | { readonly kind: 'id' }
  | { readonly kind: 'references'; readonly paths: readonly (readonly string[])[] };

/** Undefined for types that are in no patient's compartment, such as Organization and Device. */
export function patientLinkOf(resourceType: string): PatientLink | undefined {
  if (resourceType === 'Patient') return { kind: 'id' };
  const paths = Object.hasOwn(REFERENCES, resourceType) ? REFERENCES[resourceType] : undefined;
  return paths === undefined
    ? undefined
    : { kind: 'references', paths: paths.split(' ').map((path) => path.split('.')) };
}
