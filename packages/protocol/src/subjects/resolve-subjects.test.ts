import { expect, test } from '@jest/globals';
import type { KickOff } from '../kick-off/kick-off.js';
import { SQL_EXPORT } from '../operations/operations.js';
import { resolveSubjects } from './resolve-subjects.js';
import { view } from '../testing/kick-off-example.js';

/** Resolves subjects that name one stored view. */
async function resolve(times: number, characters: number) {
  const stored = view({ id: 'large', description: 'x'.repeat(characters) });
  const subject = (at: number) => ({
    expression: `subject[${at}]`,
    form: { kind: 'reference', reference: 'ViewDefinition/large', expression: `subject[${at}]` },
  });
  const kickOff = { operation: SQL_EXPORT, subjects: Array.from({ length: times }, (_, at) => subject(at)) };
  const definitions = { byReference: async () => stored, byCanonical: async () => undefined };
  // Nothing else of the request is read.
  return resolveSubjects(kickOff as unknown as KickOff, definitions, 'https://x.example/fhir');
}

test('a small request cannot have a large stored view copied any number of times', async () => {
  const { subjects, faults } = await resolve(200, 1 << 20);
  expect(subjects).toHaveLength(200);
  expect(faults).toMatchObject([{ status: 422, code: 'too-costly', expression: 'subject[1]' }]);
});

test('200 subjects may name one stored view of an ordinary size', async () => {
  const { subjects, faults } = await resolve(200, 10_000);
  expect(faults).toEqual([]);
  expect(subjects.every((subject) => subject !== undefined)).toBe(true);
});
