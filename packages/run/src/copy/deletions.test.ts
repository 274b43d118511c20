import { describe, expect, test } from '@jest/globals';
import { createDeletionReader } from '../deletions/read-deletion.js';
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
  const types = new Set(['Patient', 'Observation']);
  const bases = ['https://ehr.example/fhir'];
  const chosen = deletionsOf({ types, bases, patients: new Set(['a']) });

  test('are those of the patients and of all other resources of the types', () => {
    const urls = ['Patient/a', 'https://ehr.example/fhir/Patient/b', 'Observation/x', 'Device/d'];
    expect(told(chosen, ...urls)).toEqual(['Patient/a', 'Observation/x']);
  });

  test('are none of another patient', () => {
    expect(told(chosen, 'Patient/b')).toEqual([]);
  });
});

test('deletions without a choice are those of all patients', () => {
  expect(told(deletionsOf({ types: new Set(['Patient']), bases: [] }), 'Patient/a', 'Patient/b')).toEqual([
    'Patient/a',
    'Patient/b',
  ]);
});

test('deletions of resources that are in the output are left out', () => {
  const standing = new Set(['Patient/a']);
  expect(
    told(deletionsOf({ types: new Set(['Patient']), bases: [], standing }), 'Patient/a', 'Patient/b'),
  ).toEqual(['Patient/b']);
});

describe('an entry of a Bundle', () => {
  const read = createDeletionReader(['https://ehr.example/fhir']);
  const deletion = (url?: string, method = 'DELETE') => ({ request: { method, url } });

  test.each(['Patient/1', 'https://ehr.example/fhir/Patient/1', 'HTTPS://EHR.example/fhir/Patient/1'])(
    'deletes a resource of the source at %s',
    (url) => {
      expect(read(deletion(url))).toEqual({ resourceType: 'Patient', id: '1' });
    },
  );

  test.each([
    [deletion('Patient/1', 'PUT'), 'other method'],
    [{}, 'other method'],
    [deletion('https://other.example/fhir/Patient/1'), 'other base'],
    [deletion('Patient/1/_history/2'), 'one version'],
    [deletion('Patient?identifier=x|Patient/1'), 'search'],
    [deletion('patient'), 'no address'],
    [deletion('x/Patient/1'), 'no address'],
    [deletion(), 'no address'],
  ])('%j deletes none: %s', (entry, why) => {
    expect(read(entry)).toBe(why);
  });

  test('deletes a resource behind any base, where the source declares none', () => {
    const anywhere = createDeletionReader('any');
    const gone = { resourceType: 'Patient', id: '1' };
    expect(anywhere(deletion('https://other.example/Patient/1'))).toEqual(gone);
    expect(anywhere(deletion('https://other.example/Patient/1/_history/1'))).toBe('one version');
  });
});
