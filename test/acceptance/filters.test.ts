import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { download, rowsIn } from '../e2e/wire.js';
import { accepted, idsOf, post, reference, subject } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const patient = (id: string) => reference('patient', `Patient/${id}`);
const group = (id: string) => reference('group', `Group/${id}`);
const since = (valueInstant: string) => ({ name: '_since', valueInstant });

/** Patients a, b and c; o1 and o2 are of a, o3 of b, o4 of c; o1 and o3 changed late, o4 does not say when. */
test.each([
  ['[com-9] of a patient are in the compartment of no other', [patient('a')], ['a'], ['o1', 'o2'], []],
  [
    '[com-9] of two patients are in either compartment',
    [patient('a'), patient('c')],
    ['a', 'c'],
    ['o1', 'o2', 'o4'],
    [],
  ],
  ['[com-11] of a group are of its members', [group('g')], ['a', 'c'], ['o1', 'o2', 'o4'], []],
  ['[com-11] of a group without members are none', [group('empty')], [], [], []],
  // Other servers have looked for the group itself with the filter by time, and left out members of a group in a group.
  [
    '[com-11 com-13] of a group that is older than the time are of its members',
    [group('old'), since('2026-01-01T00:00:00Z')],
    ['a'],
    ['o1'],
    [],
  ],
  ['[com-11] of a group in a group are there too', [group('outer')], ['a', 'b'], ['o1', 'o2', 'o3'], []],
  ['[com-11] of a group that is its own member are there once', [group('round')], ['c'], ['o4'], []],
  [
    '[com-11] of a member that is listed twice are there once',
    [group('twice')],
    ['a', 'b'],
    ['o1', 'o2', 'o3'],
    [],
  ],
  ['[com-11] of a member that is not active are left out', [group('left')], ['a'], ['o1', 'o2'], []],
  ['[com-9 com-11] of a patient and a group are of both', [patient('c'), group('g')], ['c'], ['o4'], []],
  [
    '[com-15] since a time changed later, or do not say when',
    [since('2026-01-01T00:00:00Z')],
    ['a', 'b', 'c'],
    ['o1', 'o3', 'o4'],
    ['org'],
  ],
  [
    '[com-13 com-14] of a group since a time meet both, and what they refer to does not come along',
    [group('g'), since('2026-01-01T00:00:00Z')],
    ['a', 'c'],
    ['o1', 'o4'],
    [],
  ],
])('resources %s', async (_, filter, patients, observations, organizations) => {
  const types = ['Patient', 'Observation', 'Organization'];
  const parameters = [...types.map((type) => subject(idsOf(type))), ...filter];
  const { outputs } = await download(await accepted(await post(server.fhirUrl, parameters)));
  const ids = (name: string) => rowsIn(outputs.get(name)).map((row) => (row as { id: string }).id);
  expect([ids('patient'), ids('observation'), ids('organization')]).toEqual([
    patients,
    observations,
    organizations,
  ]);
});
