import { idOf, randomOf } from './seeded.js';
import { someDate, someMeta } from './time.js';

const PROFILE = 'http://hl7.org/fhir/StructureDefinition/Group';
const MAX_MEMBERS = 1000;

/** Ids of the groups, which are the same in every sample. */
export const GROUP_IDS = ['cohort', 'mixed', 'nested', 'nobody'] as const;

/**
 * The index-th group: a plain cohort of every second patient; one with former, inactive and non-patient members;
 * one that nests the latter, which nests it in turn; one without members.
 */
export function groupLine(seed: number, index: number, patients: number): string {
  const id = GROUP_IDS[index] ?? 'cohort';
  const random = randomOf('Group', seed, index);
  const members = { cohort, mixed, nested, nobody: () => [] }[id](seed, patients);
  return (
    `{"resourceType":"Group","id":"${id}","meta":${someMeta(random, PROFILE)},"active":true,"type":"person"` +
    `,"actual":true,"name":"Sample group \\"${id}\\"","quantity":${members.length}` +
    `${members.length > 0 ? `,"member":[${members.join(',')}]` : ''}}`
  );
}

function cohort(seed: number, patients: number): string[] {
  const members: string[] = [];
  for (let patient = 0; patient < patients && members.length < MAX_MEMBERS; patient += 2) {
    members.push(member(`Patient/${idOf('Patient', seed, patient)}`));
  }
  return members;
}

function mixed(seed: number, patients: number): string[] {
  const random = randomOf('Group', seed, GROUP_IDS.length);
  const former = `,"period":{"start":"2020-01-01","end":"${someDate(random, 2021, 3)}"}`;
  const current = `,"period":{"start":"${someDate(random, 2021, 3)}"}`;
  const ways = [',"inactive":true', former, current, ',"inactive":false', ''];
  const persons = Array.from({ length: Math.min(patients, ways.length) }, (_, patient) =>
    member(`https://ehr.example/fhir/Patient/${idOf('Patient', seed, patient)}`, ways[patient]),
  );
  return [...persons, member('Practitioner/practitioner-1'), member('Group/nested')];
}

function nested(seed: number, patients: number): string[] {
  const last = member(`Patient/${idOf('Patient', seed, Math.max(0, patients - 1))}`);
  return [last, member('Group/mixed')];
}

function member(reference: string, more = ''): string {
  return `{"entity":{"reference":"${reference}"}${more}}`;
}
