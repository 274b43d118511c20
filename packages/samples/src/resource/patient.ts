import type { Random } from '../random.js';
import { threeDigits, twoDigits } from './digits.js';
import { idOf, randomOf } from './seeded.js';
import { someInstant, someMeta, somePartialDate } from './time.js';
import { CITIES, FAMILIES, GIVENS, NARRATIVE, STREETS } from './words.js';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition';

/** The index-th patient as one line of JSON. */
export function patientLine(seed: number, index: number): string {
  const random = randomOf('Patient', seed, index);
  const id = idOf('Patient', seed, index);
  return (
    `{"resourceType":"Patient","id":"${id}","meta":${someMeta(random, `${US_CORE}/us-core-patient`)}` +
    `,"text":{"status":"generated","div":${NARRATIVE}}` +
    extensions(random) +
    identifiers(random, index) +
    (random.chance(90) ? `,"active":${random.chance(95)}` : '') +
    names(random) +
    telecoms(random) +
    (random.chance(95) ? `,"gender":"${random.pick(['female', 'male', 'other', 'unknown'])}"` : '') +
    (random.chance(95) ? `,"birthDate":"${somePartialDate(random, 1925, 100)}"` : '') +
    deceased(random) +
    addresses(random) +
    maritalStatus(random) +
    multipleBirth(random) +
    contact(random) +
    `,"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"${random.pick(['en', 'es', 'de', 'ja'])}"}]}}]` +
    `,"managingOrganization":{"reference":"Organization/org-${random.int(5)}"}}`
  );
}

type Coding = readonly [code: string, display: string];
const RACES: readonly [Coding, ...Coding[]] = [
  ['2106-3', 'White'],
  ['2054-5', 'Black or African American'],
  ['2028-9', 'Asian'],
  ['1002-5', 'American Indian or Alaska Native'],
];

function extensions(random: Random): string {
  if (random.chance(15)) return '';
  const races = random.chance(10) ? [random.pick(RACES), random.pick(RACES)] : [random.pick(RACES)];
  const categories = races.map(
    ([code, display]) =>
      `{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":"${code}","display":"${display}"}}`,
  );
  const text = races.map(([, display]) => display).join(' and ');
  return (
    `,"extension":[{"url":"${US_CORE}/us-core-race","extension":[${categories.join(',')},{"url":"text","valueString":"${text}"}]}` +
    `,{"url":"${US_CORE}/us-core-birthsex","valueCode":"${random.pick(['F', 'M', 'UNK'])}"}]`
  );
}

function identifiers(random: Random, index: number): string {
  const record =
    `{"use":"usual","type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"` +
    `,"display":"Medical record number"}]},"system":"https://hospital.example/mrn","value":"MRN-${100_000 + index}"}`;
  const security = `{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-${twoDigits(random.int(100))}-${1000 + random.int(9000)}"}`;
  return `,"identifier":[${record}${random.chance(75) ? `,${security}` : ''}]`;
}

function names(random: Random): string {
  if (random.chance(3)) return '';
  const family = random.pick(FAMILIES);
  const given = random.chance(60) ? `${random.pick(GIVENS)},${random.pick(GIVENS)}` : random.pick(GIVENS);
  const official = `{"use":"official","family":${family},"given":[${given}]${random.chance(30) ? ',"prefix":["Dr."]' : ''}}`;
  const maiden = `,{"use":"maiden","family":${random.pick(FAMILIES)}}`;
  return `,"name":[${official}${random.chance(20) ? maiden : ''}]`;
}

function telecoms(random: Random): string {
  const count = random.int(4);
  if (count === 0) return '';
  const points = Array.from({ length: count }, (_, rank) => telecom(random, rank + 1));
  return `,"telecom":[${points.join(',')}]`;
}

function telecom(random: Random, rank: number): string {
  const number = `555-${threeDigits(random.int(1000))}-${1000 + random.int(9000)}`;
  if (random.chance(70)) {
    return `{"system":"phone","value":"+1 ${number}","use":"${random.pick(['home', 'mobile', 'work'])}","rank":${rank}}`;
  }
  return `{"system":"email","value":"p${number}@mail.example"}`;
}

function deceased(random: Random): string {
  const kind = random.int(20);
  if (kind === 0) return ',"deceasedBoolean":true';
  if (kind === 1) return ',"deceasedBoolean":false';
  return kind < 5 ? `,"deceasedDateTime":"${someInstant(random, 2000, 24)}"` : '';
}

function addresses(random: Random): string {
  const count = random.int(3);
  if (count === 0) return '';
  return `,"address":[${Array.from({ length: count }, () => address(random)).join(',')}]`;
}

function address(random: Random): string {
  const house = 1 + random.int(900);
  const street = random.pick(STREETS);
  const lines = random.chance(30) ? `"Unit ${house}",${street}` : street;
  const geolocation =
    `,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/geolocation","extension":[` +
    `{"url":"latitude","valueDecimal":${random.int(90)}.${threeDigits(random.int(1000))}5}` +
    `,{"url":"longitude","valueDecimal":-${random.int(180)}.${threeDigits(random.int(1000))}}]}]`;
  return (
    `{"use":"${random.pick(['home', 'work', 'temp'])}","line":[${lines}],"city":${random.pick(CITIES)}` +
    (random.chance(80) ? `,"state":"${random.pick(['MA', 'ID', 'CA', 'NSW'])}"` : '') +
    (random.chance(90) ? `,"postalCode":"0${1000 + random.int(9000)}"` : '') +
    `,"country":"${random.pick(['US', 'DK', 'ZA'])}"${random.chance(40) ? geolocation : ''}}`
  );
}

function maritalStatus(random: Random): string {
  if (random.chance(30)) return '';
  const system = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus';
  const [code, display] = random.pick<readonly [string, string]>([
    ['M', 'Married'],
    ['S', 'Never Married'],
    ['D', 'Divorced'],
  ]);
  return `,"maritalStatus":{"coding":[{"system":"${system}","code":"${code}","display":"${display}"}],"text":"${display}"}`;
}

function multipleBirth(random: Random): string {
  if (random.chance(70)) return '';
  return random.chance(50) ? ',"multipleBirthBoolean":false' : `,"multipleBirthInteger":${1 + random.int(3)}`;
}

function contact(random: Random): string {
  if (random.chance(60)) return '';
  return `,"contact":[{"name":{"family":${random.pick(FAMILIES)}},"telecom":[${telecom(random, 1)}]}]`;
}
