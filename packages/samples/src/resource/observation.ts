import type { Random } from '../random.js';
import { someDecimal } from './decimal.js';
import { patientIndex, PER_PATIENT } from './per-patient.js';
import { idOf, randomOf } from './seeded.js';
import { someDate, someInstant, someMeta, somePartialDate } from './time.js';
import { NOTES } from './words.js';

const PROFILE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-clinical-result';
const CATEGORIES = 'http://terminology.hl7.org/CodeSystem/observation-category';

interface Kind {
  readonly category: 'vital-signs' | 'laboratory' | 'survey' | 'social-history';
  readonly loinc: string;
  readonly display: string;
  readonly value: (random: Random) => string;
}

/** One kind for each observation of a patient, so that even a small sample has every choice of `value[x]`. */
const KINDS = [
  {
    category: 'vital-signs',
    loinc: '29463-7',
    display: 'Body weight',
    value: (random) => `,"valueQuantity":${quantity(someDecimal(random, 40, 140), 'kg')}`,
  },
  {
    category: 'vital-signs',
    loinc: '85354-9',
    display: 'Blood pressure panel with all children optional',
    value: (random) =>
      `,"component":[${pressure('8480-6', 'Systolic', 90 + random.int(90))},${pressure('8462-4', 'Diastolic', 50 + random.int(60))}]`,
  },
  {
    category: 'vital-signs',
    loinc: '8867-4',
    display: 'Heart rate',
    value: (random) => `,"valueQuantity":${quantity(String(50 + random.int(80)), '/min')}`,
  },
  {
    category: 'laboratory',
    loinc: '2339-0',
    display: 'Glucose [Mass/volume] in Blood',
    value: (random) =>
      `,"valueQuantity":${quantity(someDecimal(random, 60, 180), 'mg/dL')}${referenceRange(random)}`,
  },
  {
    category: 'laboratory',
    loinc: '718-7',
    display: 'Hemoglobin [Mass/volume] in Blood, "Hb"',
    value: (random) =>
      `,"valueQuantity":${quantity(someDecimal(random, 8, 18), 'g/dL')}${interpretation(random)}`,
  },
  {
    category: 'social-history',
    loinc: '72166-2',
    display: 'Tobacco smoking status',
    value: (random) => {
      const [code, display] = random.pick(SMOKING);
      return `,"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"${code}","display":"${display}"}],"text":"${display}"}`;
    },
  },
  {
    category: 'survey',
    loinc: '75325-1',
    display: 'Symptom',
    value: (random) => `,"valueString":${random.pick(NOTES)}`,
  },
  {
    category: 'survey',
    loinc: '72514-3',
    display: 'Pain severity - 0-10 verbal numeric rating',
    value: (random) => `,"valueInteger":${random.int(11)}`,
  },
  {
    category: 'survey',
    loinc: '86955-1',
    display: 'Lives alone',
    value: (random) => `,"valueBoolean":${random.chance(50)}`,
  },
  {
    category: 'social-history',
    loinc: '11778-8',
    display: 'Delivery date estimated',
    value: (random) => `,"valueDateTime":"${somePartialDate(random, 2024, 3)}"`,
  },
  {
    category: 'laboratory',
    loinc: '6690-2',
    display: 'Leukocytes [#/volume] in Blood by Automated count',
    value: () =>
      ',"dataAbsentReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"not-performed"}]}',
  },
  {
    category: 'laboratory',
    loinc: '24323-8',
    display: 'Comprehensive metabolic panel',
    value: panel,
  },
] as const satisfies readonly [Kind, ...Kind[]];

const SMOKING: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['266919005', 'Never smoker'],
  ['8517006', 'Former smoker'],
  ['449868002', 'Smokes tobacco daily'],
];

/** The index-th observation as one line of JSON. */
export function observationLine(seed: number, index: number): string {
  const random = randomOf('Observation', seed, index);
  const kind: Kind = KINDS[index % KINDS.length] ?? KINDS[0];
  const patient = patientIndex('Observation', index);
  const encounter = patient * PER_PATIENT.Encounter + random.int(PER_PATIENT.Encounter);
  const display = JSON.stringify(kind.display);
  return (
    `{"resourceType":"Observation","id":"${idOf('Observation', seed, index)}","meta":${someMeta(random, PROFILE)}` +
    `,"status":"${random.pick(['final', 'final', 'final', 'amended', 'preliminary', 'entered-in-error'])}"` +
    `,"category":[{"coding":[{"system":"${CATEGORIES}","code":"${kind.category}","display":"${kind.category}"}]}]` +
    `,"code":{"coding":[{"system":"http://loinc.org","code":"${kind.loinc}","display":${display}}` +
    `${random.chance(30) ? `,{"system":"https://hospital.example/tests","code":"T-${random.int(500)}"}` : ''}],"text":${display}}` +
    `,"subject":{"reference":"Patient/${idOf('Patient', seed, patient)}"}` +
    `,"encounter":{"reference":"Encounter/${idOf('Encounter', seed, encounter)}"}` +
    effective(random) +
    (random.chance(80) ? `,"issued":"${someInstant(random, 2020, 6)}"` : '') +
    `,"performer":[{"reference":"Practitioner/practitioner-${random.int(20)}"},{"display":"Sample laboratory"}]` +
    kind.value(random) +
    (random.chance(15) ? `,"note":[{"text":${random.pick(NOTES)}}]` : '') +
    '}'
  );
}

function effective(random: Random): string {
  const kind = random.int(20);
  if (kind === 0) return '';
  if (kind === 1) return `,"effectiveInstant":"${someInstant(random, 2020, 6)}"`;
  if (kind === 2) return `,"effectivePeriod":{"start":"${someDate(random, 2020, 6)}","end":"2026-01-01"}`;
  if (kind === 3) return `,"effectiveDateTime":"${somePartialDate(random, 2010, 16)}"`;
  return `,"effectiveDateTime":"${someInstant(random, 2016, 10)}"`;
}

function quantity(value: string, unit: string): string {
  return `{"value":${value},"unit":"${unit}","system":"http://unitsofmeasure.org","code":"${unit}"}`;
}

function pressure(loinc: string, name: string, value: number): string {
  return (
    `{"code":{"coding":[{"system":"http://loinc.org","code":"${loinc}","display":"${name} blood pressure"}]` +
    `,"text":"${name}"},"valueQuantity":${quantity(String(value), 'mm[Hg]')}}`
  );
}

const ANALYTES: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['2951-2', 'Sodium'],
  ['2823-3', 'Potassium'],
  ['2160-0', 'Creatinine'],
  ['3094-0', 'Urea nitrogen, blood'],
];

/** Components with a value, a code, or a reason for a missing value; now and then no components at all. */
function panel(random: Random): string {
  const count = random.int(5);
  if (count === 0) return '';
  const components = Array.from({ length: count }, () => {
    const [loinc, name] = random.pick(ANALYTES);
    const code = `"code":{"coding":[{"system":"http://loinc.org","code":"${loinc}","display":"${name}"}]}`;
    if (random.chance(10)) return `{${code},"dataAbsentReason":{"text":${random.pick(NOTES)}}}`;
    return `{${code},"valueQuantity":${quantity(someDecimal(random, 1, 150), 'mmol/L')}}`;
  });
  return `,"component":[${components.join(',')}]`;
}

function referenceRange(random: Random): string {
  return `,"referenceRange":[{"low":{"value":70,"unit":"mg/dL"},"high":{"value":${100 + random.int(20)},"unit":"mg/dL"},"text":"70 - 110"}]`;
}

function interpretation(random: Random): string {
  if (random.chance(50)) return '';
  const system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
  return `,"interpretation":[{"coding":[{"system":"${system}","code":"${random.pick(['L', 'N', 'H'])}"}]}]`;
}
