import type { Random } from '../random.js';
import { twoDigits } from './digits.js';
import { patientIndex } from './per-patient.js';
import { idOf, randomOf } from './seeded.js';
import { someDate, someMeta } from './time.js';
import { NOTES } from './words.js';

const PROFILE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-encounter';

type Coding = readonly [code: string, display: string];
const CLASSES: readonly [Coding, ...Coding[]] = [
  ['AMB', 'ambulatory'],
  ['EMER', 'emergency'],
  ['IMP', 'inpatient encounter'],
  ['VR', 'virtual'],
];
const KINDS: readonly [Coding, ...Coding[]] = [
  ['185349003', 'Encounter for check up'],
  ['50849002', 'Emergency room admission'],
  ['185347001', 'Encounter for problem'],
  ['390906007', 'Follow-up, "short"'],
];
const REASONS: readonly [Coding, ...Coding[]] = [
  ['10509002', 'Acute bronchitis'],
  ['195662009', 'Acute viral pharyngitis'],
  ['72892002', 'Normal pregnancy'],
];

/** The index-th encounter as one line of JSON. */
export function encounterLine(seed: number, index: number): string {
  const random = randomOf('Encounter', seed, index);
  const [classCode, classDisplay] = random.pick(CLASSES);
  const [kindCode, kindDisplay] = random.pick(KINDS);
  const patient = idOf('Patient', seed, patientIndex('Encounter', index));
  return (
    `{"resourceType":"Encounter","id":"${idOf('Encounter', seed, index)}","meta":${someMeta(random, PROFILE)}` +
    `,"identifier":[{"use":"official","system":"https://hospital.example/visits","value":"V${index}"}]` +
    `,"status":"${random.pick(['finished', 'finished', 'finished', 'in-progress', 'planned', 'cancelled'])}"` +
    `,"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"${classCode}","display":"${classDisplay}"}` +
    `,"type":[{"coding":[{"system":"http://snomed.info/sct","code":"${kindCode}","display":${JSON.stringify(kindDisplay)}}` +
    `${random.chance(25) ? ',{"system":"https://hospital.example/visit-types","code":"local-1"}' : ''}],"text":${JSON.stringify(kindDisplay)}}]` +
    `,"subject":{"reference":"Patient/${patient}","display":"Patient ${patientIndex('Encounter', index)}"}` +
    `,"participant":[{"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"PPRF"}]}]` +
    `,"individual":{"reference":"Practitioner/practitioner-${random.int(20)}"}}]` +
    period(random) +
    reasons(random) +
    (random.chance(20) ? hospitalization(random) : '') +
    `,"location":[{"location":{"reference":"Location/ward-${random.int(9)}","display":"Ward ${random.int(9)}"}}]` +
    `,"serviceProvider":{"reference":"https://directory.example/fhir/Organization/org-${random.int(5)}"}}`
  );
}

function period(random: Random): string {
  if (random.chance(5)) return '';
  const day = someDate(random, 2015, 11);
  const start = `${day}T${twoDigits(random.int(12))}:${twoDigits(random.int(60))}:00+01:00`;
  const end = `,"end":"${day}T${twoDigits(12 + random.int(12))}:30:00+01:00"`;
  return `,"period":{"start":"${random.chance(10) ? day : start}"${random.chance(85) ? end : ''}}`;
}

function reasons(random: Random): string {
  if (random.chance(50)) return '';
  const concepts = Array.from({ length: 1 + random.int(2) }, () => {
    const [code, display] = random.pick(REASONS);
    return `{"coding":[{"system":"http://snomed.info/sct","code":"${code}","display":"${display}"}],"text":${random.pick(NOTES)}}`;
  });
  return `,"reasonCode":[${concepts.join(',')}]`;
}

function hospitalization(random: Random): string {
  return `,"hospitalization":{"dischargeDisposition":{"coding":[{"code":"${random.pick(['home', 'hosp', 'exp'])}"}],"text":${random.pick(NOTES)}}}`;
}
