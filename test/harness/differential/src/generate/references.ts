import type { OwnBases } from '@millrace/fhir';
import type { Random } from '../random.js';

/** As the data of a pass declares them. The first is a beginning of the third. */
const DECLARED = [
  'http://example.org/fhir',
  'https://ehr.example:8443/a/fhir/r4',
  'http://example.org/fhir/r4',
] as const;

const starts = [
  '',
  '',
  '',
  ...DECLARED.map((base) => `${base}/`),
  'http://example.org/',
  'https://elsewhere.example/fhir/',
  'http://example.org/FHIR/',
  'HTTP://Example.ORG/fhir/',
  'http://example.org/fhir//',
  'urn:',
  '#',
  '/',
  'x/',
  'http://example.org/fhir/Patient?x=',
] as const;
const types = [
  'Patient',
  'Patient',
  'Patient',
  'Practitioner',
  'Organization',
  'patient',
  'Pat1ent',
  'P',
  '',
] as const;
const ids = ['p1', 'p1', 'p2', 'a', 'x-1.y', 'b', 'a_b', 'x'.repeat(64), 'x'.repeat(65), ''] as const;
const ends = ['', '', '', '/_history/3', '/_history/', '/_history', '/2', '#a', '?b=c', '/'] as const;

const others = [
  '#contained',
  'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
  'Practitioner?identifier=http://example.org/npi|1',
  'Organization',
  '',
] as const;

/** A reference in one of the forms that there are, or next to one. */
export function someReference(random: Random): string {
  if (random.chance(20)) return random.pick(others);
  if (random.chance(30))
    return `${random.pick(['Patient', 'Practitioner'])}/${random.pick(['p1', 'p2', 'a'])}`;
  return `${random.pick(starts)}${random.pick(types)}/${random.pick(ids)}${random.pick(ends)}`;
}

/** Bases that the data of a pass declares. */
export function generateBases(random: Random): OwnBases {
  if (random.chance(15)) return 'any';
  return DECLARED.filter(() => random.chance(50));
}
