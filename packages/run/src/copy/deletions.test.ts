import { describe, expect, test } from '@jest/globals';
import { deletionsOf } from './deletions.js';

const bundle = (...urls: readonly string[]) => ({
  resourceType: 'Bundle',
  entry: urls.map((url) => ({ request: { method: 'DELETE', url } })),
});

function told(of: ReturnType<typeof deletionsOf>, ...urls: readonly string[]): readonly string[] {
  const line = of(bundle(...urls), Buffer.from(JSON.stringify(bundle(...urls))));
  if (line === undefined) return [];
  return (JSON.parse(line.toString()) as ReturnType<typeof bundle>).entry.map(({ request }) => request.url);
}

describe('deletions with a choice of patients', () => {
  const chosen = deletionsOf(new Set(['Patient', 'Observation']), new Set(['a']));

  test('are those of the patients and of all other resources of the types', () => {
    const urls = ['Patient/a', 'https://ehr.example/fhir/Patient/b', 'Observation/x', 'Device/d'];
    expect(told(chosen, ...urls)).toEqual(['Patient/a', 'Observation/x']);
  });

  test('are none of another patient', () => {
    expect(told(chosen, 'Patient/b')).toEqual([]);
  });
});

test('deletions without a choice are those of all patients', () => {
  expect(told(deletionsOf(new Set(['Patient'])), 'Patient/a', 'Patient/b')).toEqual([
    'Patient/a',
    'Patient/b',
  ]);
});
