import type { Random } from '../random.js';
import { patientIndex, PER_PATIENT } from './per-patient.js';
import { idOf, randomOf } from './seeded.js';
import { someInstant, someMeta, somePartialDate } from './time.js';
import { NOTES } from './words.js';

const PROFILE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';

type Problem = readonly [snomed: string, icd10: string, display: string];
const PROBLEMS: readonly [Problem, ...Problem[]] = [
  ['44054006', 'E11.9', 'Type 2 diabetes mellitus'],
  ['38341003', 'I10', 'Hypertension, essential'],
  ['195967001', 'J45.909', 'Asthma'],
  ['73595000', 'Z73.3', 'Stress (finding)'],
  ['40055000', 'J32.9', 'Chronic sinusitis'],
  ['239873007', 'M17.9', 'Osteoarthritis of the knee, "wear and tear"'],
];

/** The index-th condition as one line of JSON. */
export function conditionLine(seed: number, index: number): string {
  const random = randomOf('Condition', seed, index);
  const patient = patientIndex('Condition', index);
  const encounter = patient * PER_PATIENT.Encounter + random.int(PER_PATIENT.Encounter);
  return (
    `{"resourceType":"Condition","id":"${idOf('Condition', seed, index)}","meta":${someMeta(random, PROFILE)}` +
    status(random) +
    `,"category":[{"coding":[{"system":"${TERMINOLOGY}/condition-category","code":"${random.pick(['problem-list-item', 'encounter-diagnosis'])}"}]}]` +
    (random.chance(30) ? `,"severity":{"text":${random.pick(NOTES)}}` : '') +
    code(random) +
    `,"subject":{"reference":"Patient/${idOf('Patient', seed, patient)}"}` +
    `,"encounter":{"reference":"Encounter/${idOf('Encounter', seed, encounter)}"}` +
    onset(random) +
    (random.chance(25) ? `,"abatementDateTime":"${somePartialDate(random, 2020, 6)}"` : '') +
    (random.chance(90) ? `,"recordedDate":"${someInstant(random, 2018, 8)}"` : '') +
    (random.chance(40) ? `,"note":[{"text":${random.pick(NOTES)}},{"text":${random.pick(NOTES)}}]` : '') +
    '}'
  );
}

function status(random: Random): string {
  const verified = `,"verificationStatus":{"coding":[{"system":"${TERMINOLOGY}/condition-ver-status","code":"${random.pick(['confirmed', 'provisional', 'refuted'])}"}]}`;
  if (random.chance(10)) return verified;
  const clinical = random.pick(['active', 'active', 'active', 'resolved', 'inactive', 'recurrence']);
  return `,"clinicalStatus":{"coding":[{"system":"${TERMINOLOGY}/condition-clinical","code":"${clinical}"}]}${verified}`;
}

function code(random: Random): string {
  const [snomed, icd10, display] = random.pick(PROBLEMS);
  const text = JSON.stringify(display);
  const icd = `,{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"${icd10}","display":${text},"userSelected":false}`;
  return (
    `,"code":{"coding":[{"system":"http://snomed.info/sct","code":"${snomed}","display":${text}}` +
    `${random.chance(60) ? icd : ''}]${random.chance(85) ? `,"text":${text}` : ''}}`
  );
}

function onset(random: Random): string {
  switch (random.int(6)) {
    case 0:
      return `,"onsetAge":{"value":${10 + random.int(80)}.0,"unit":"years","system":"http://unitsofmeasure.org","code":"a"}`;
    case 1:
      return `,"onsetPeriod":{"start":"${somePartialDate(random, 1990, 30)}","end":"2021"}`;
    case 2:
      return `,"onsetString":${random.pick(NOTES)}`;
    default:
      return `,"onsetDateTime":"${somePartialDate(random, 1990, 35)}"`;
  }
}
