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

/** The diagnostics for a subject that is not found, on a server that stores one view. */
async function absenceOf(form: object) {
  const stored = view({ id: 'pd', url: 'https://x.example/pd', version: '2.0' });
  const definitions = {
    byReference: async ({ type, id }: { readonly type: string; readonly id: string }) =>
      type === 'ViewDefinition' && id === 'pd' ? stored : undefined,
    byCanonical: async ({ url, version }: { readonly url: string; readonly version: string | undefined }) =>
      url === stored['url'] && (version ?? '2.0') === '2.0' ? stored : undefined,
  };
  const subject = { expression: 'subject[0]', form: { expression: 'subject[0]', ...form } };
  const kickOff = { operation: SQL_EXPORT, subjects: [subject] } as unknown as KickOff;
  const { faults } = await resolveSubjects(kickOff, definitions, 'https://x.example/fhir/');
  return faults.map(({ status, diagnostics }) => `${status} ${diagnostics}`);
}

const canonical = (url: string, version?: string) => ({ kind: 'canonical', canonical: { url, version } });
const reference = (text: string) => ({ kind: 'reference', reference: text });

test.each([
  [canonical('https://x.example/pdd'), /GET \[base\]\/ViewDefinition lists the ViewDefinitions/],
  [canonical('https://x.example/pd', '1'), /of this URL it stores the version "2.0"/],
  [canonical('ViewDefinition/pd'), /a reference such as ViewDefinition\/123 is sent as subjectReference/],
  [canonical('pd'), /a reference such as ViewDefinition\/123 is sent as subjectReference/],
  [reference('ViewDefinition/pdd'), /GET \[base\]\/ViewDefinition lists the ViewDefinitions/],
  [reference('Library/q'), /Library\/q does not exist; GET .* a resource itself is sent as subjectResource/],
  [reference('pd'), /expected a reference such as ViewDefinition\/123/],
  [
    reference('https://y.example/fhir/ViewDefinition/pd'),
    /its own addresses begin with https:\/\/x.example\/fhir\/$/,
  ],
])('of %j, which is not found, the answer says what would be', async (form, advice) => {
  expect(await absenceOf(form)).toEqual([expect.stringMatching(advice)]);
});
