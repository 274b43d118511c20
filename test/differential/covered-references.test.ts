import { describe, expect, test } from '@jest/globals';
import type { OwnBases } from '@millrace/fhir';
import { prepareCheck } from '../harness/differential/src/check-pass.js';
import { wholeFraming } from '../harness/differential/src/engines/framing.js';
import { someReference } from '../harness/differential/src/generate/references.js';
import { createRandom } from '../harness/differential/src/random.js';
import { FORMATS } from '../harness/differential/src/tiers.js';
import type { Tiers } from '../harness/differential/src/tiers.js';

const random = createRandom('references');
const references = [...new Set(Array.from({ length: 4000 }, () => someReference(random)))];
/** As they are, and with an escape in place of the first slash. */
const texts = references.flatMap((text) => {
  const written = JSON.stringify(text);
  return [written, written.replace('/', '\\/'), written.replace('P', '\\u0050')];
});
const lines = texts.map((text) =>
  Buffer.from(`{"resourceType":"Observation","id":"a","subject":{"reference":${text}}}`),
);
const view = {
  resource: 'Observation',
  select: [
    {
      column: [
        { name: 'any', path: 'subject.getReferenceKey()' },
        { name: 'patient', path: 'subject.getReferenceKey(Patient)' },
        { name: 'is', path: "subject.getReferenceKey(Patient) = 'p1'" },
        { name: 'has', path: 'subject.where(getReferenceKey(Practitioner).exists()).exists()' },
      ],
    },
  ],
};

const BASES: readonly OwnBases[] = [
  [],
  ['http://example.org/fhir'],
  ['http://example.org/fhir/r4', 'https://ehr.example:8443/a/fhir/r4', 'http://example.org/fhir'],
  'any',
];

function check(tiers: Tiers, format: (typeof FORMATS)[number], bases: OwnBases): unknown {
  const prepared = prepareCheck([view], tiers, format, wholeFraming, undefined, undefined, bases);
  if ('refused' in prepared) return prepared.refused;
  const { difference, compared } = prepared.check(lines);
  return difference ?? compared.filter((views) => views > 0).length;
}

describe.each(BASES.map((bases) => [JSON.stringify(bases), bases] as const))(
  'references of all forms, with the bases %s,',
  (_, bases) => {
    test.each(FORMATS)('have the same keys on the scan and in generated code, as %s', (format) => {
      expect(check('scan,codegen', format, bases)).toBe(lines.length);
    });

    test('have the same keys in generated code and by fhirpath.js', () => {
      expect(check('codegen,fhirpath', 'ndjson', bases)).toBe(lines.length);
    });
  },
);
