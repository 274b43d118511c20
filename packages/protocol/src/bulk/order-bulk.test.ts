import { describe, expect, test } from '@jest/globals';
import { LENIENT, bulkOrder, bulkRefusal, get, postBulk } from '../testing/bulk-example.js';

const text = (name: string, valueString: string) => ({ name, valueString });
const patient = (id: string) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } });
const resources = (...types: readonly string[]) =>
  types.map((type) => ({ kind: 'resources', name: type, resourceType: type }));

describe('the subjects of a Bulk Data export', () => {
  test('are all types that the source has', async () => {
    const order = await bulkOrder('system', get());
    expect(order).toMatchObject({ operation: 'export', format: 'ndjson', source: 'main' });
    expect(order.subjects).toEqual(resources('Observation', 'Organization', 'Patient'));
    expect(order).not.toHaveProperty('filter');
  });

  test('are those of its types that are in the compartments of patients, for patients and groups', async () => {
    expect((await bulkOrder('patient', get())).subjects).toEqual(resources('Observation', 'Patient'));
    const { subjects, filter } = await bulkOrder('group', get());
    expect(subjects).toEqual(resources('Observation', 'Patient'));
    expect(filter).toEqual({ groups: ['1'], joinedLater: 'include' });
  });

  test.each([
    ['with commas', get('_type=Patient,Observation')],
    ['by repeating the parameter', get('_type=Patient&_type=Observation')],
    ['both ways, with repetitions', get('_type=Patient,Observation&_type=Patient')],
    ['by POST', postBulk([text('_type', 'Patient'), text('_type', 'Observation')])],
  ])('are the types that are listed %s', async (_, request) => {
    expect((await bulkOrder('system', request)).subjects).toEqual(resources('Patient', 'Observation'));
  });

  test('of version 4 are listed by repeating the parameter only', async () => {
    const lists = postBulk([text('_type', 'Patient,Observation')]);
    expect(await bulkRefusal('system', lists, 4)).toEqual([400, 'not-supported _type[0]']);
    const repeated = postBulk([text('_type', 'Patient'), text('_type', 'Observation')]);
    expect((await bulkOrder('system', repeated, 4)).subjects).toEqual(resources('Patient', 'Observation'));
  });

  test('keep the elements that are asked for', async () => {
    const { subjects } = await bulkOrder(
      'system',
      get('_type=Patient,Observation&_elements=Patient.name,foo', LENIENT),
    );
    expect(subjects).toMatchObject([
      { elements: ['resourceType', 'id', 'meta', 'name'] },
      { name: 'Observation' },
    ]);
    expect(await bulkRefusal('system', get('_type=Patient&_elements=foo'))).toEqual([
      400,
      'not-supported _elements[0]',
    ]);
    expect(await bulkRefusal('system', get('source=next&_elements=id'))).toEqual([
      400,
      'not-supported _elements',
    ]);
  });

  test('are not all resources where the body is a list, which names nothing', async () => {
    const list = { ...postBulk([]), body: [] };
    expect(await bulkRefusal('system', list)).toEqual([400, 'invalid -']);
  });

  test.each([
    ['types', '_type', 'Patient,'.repeat(1001)],
    ['elements', '_elements', 'Patient.name,'.repeat(1001)],
    ['criteria', '_typeFilter', `Patient?${'a&'.repeat(1001)}`],
    ['values', '_typeFilter', `Patient?name=${'a%2C'.repeat(5001)}`],
  ])('are not made of too many %s, which are counted and not read', async (_, name, value) => {
    const asked = await bulkRefusal('system', postBulk([text(name, value)]));
    expect(asked).toEqual([400, `too-costly ${name}`]);
    const repeated = Array.from({ length: 1001 }, () => text(name, 'Patient?a=b'));
    expect(await bulkRefusal('system', postBulk(repeated, LENIENT))).toEqual([400, `too-costly ${name}`]);
  });

  test('are what searches of their type find', async () => {
    const filter = encodeURIComponent('Patient?active=true');
    expect((await bulkOrder('system', get(`_typeFilter=${filter}`))).subjects).toMatchObject([
      { name: 'Observation' },
      { name: 'Organization' },
      { name: 'Patient', where: ['active.where($this = true).exists()'] },
    ]);
    const unknown = get('_typeFilter=Patient%3Fstatus%3Dactive');
    expect(await bulkRefusal('system', unknown)).toEqual([400, 'not-supported _typeFilter[0]']);
    const { bulk } = await bulkOrder('system', get('_typeFilter=Patient%3Fstatus%3Dactive', LENIENT));
    expect(bulk?.ignored).toMatchObject([{ parameter: '_typeFilter' }]);
  });

  test('may be of a type without files, of which the client is told', async () => {
    const order = await bulkOrder('system', get('_type=Patient,Condition'));
    expect(order.subjects).toEqual(resources('Patient', 'Condition'));
    expect(order.notices).toMatchObject([{ kind: 'no-rows', diagnostics: 'no input holds Condition' }]);
  });

  test('have no types of other compartments, of which the client is told', async () => {
    const { subjects, bulk } = await bulkOrder('patient', get('_type=Patient,Practitioner'));
    expect(subjects).toEqual(resources('Patient'));
    expect(bulk?.ignored).toMatchObject([
      { parameter: '_type', why: expect.stringContaining('Practitioner') },
    ]);
    expect(await bulkRefusal('patient', get('_type=Practitioner'))).toEqual([400, 'not-supported _type[0]']);
  });

  test('are also the deletions since a time', async () => {
    const { subjects, filter } = await bulkOrder('system', get('_type=Patient&_since=2026-01-01T00:00:00Z'));
    expect(subjects).toEqual([
      ...resources('Patient'),
      { kind: 'deletions', name: 'deleted', resourceTypes: ['Patient'] },
    ]);
    expect(filter).toEqual({ since: '2026-01-01T00:00:00Z' });
  });

  test('are the deletions of all types in scope where none is named, though the source has none left', async () => {
    const since = '_since=2026-01-01T00:00:00Z';
    const ofSystem = (await bulkOrder('system', get(since))).subjects.at(-1);
    expect(ofSystem).toMatchObject({ resourceTypes: expect.arrayContaining(['Patient', 'Device', 'Claim']) });
    const ofPatients = (await bulkOrder('patient', get(since))).subjects.at(-1);
    expect(JSON.stringify(ofPatients)).toMatch(/"Claim"/);
    expect(JSON.stringify(ofPatients)).not.toMatch(/"Device"/);
  });

  test('are there when the source has no files', async () => {
    expect((await bulkOrder('system', get('source=large'))).subjects).toEqual(resources('Patient'));
  });
});

describe('a Bulk Data kick-off', () => {
  test('keeps what the manifest repeats', async () => {
    const query = '_type=Patient&_since=2026-01-01T00%3A00%3A00%2B01%3A00';
    const prefer = 'respond-async,separate-export-status';
    expect((await bulkOrder('group', get(query, { prefer }))).bulk).toEqual({
      version: 3,
      level: 'group',
      request: `https://sof.example/fhir/Group/1/$export?${query}`,
      separateStatus: true,
      ignored: [],
    });
    expect((await bulkOrder('patient', postBulk([]), 4)).bulk).toMatchObject({
      version: 4,
      request: 'https://sof.example/fhir/Patient/$export-v4',
    });
  });

  test('may ask for pages of the manifest, or for none', async () => {
    expect((await bulkOrder('system', get('allowPartialManifests=true'))).bulk?.allowPartialManifests).toBe(
      true,
    );
    expect((await bulkOrder('system', get('allowPartialManifests=false'))).bulk).toEqual(
      expect.not.objectContaining({ allowPartialManifests: expect.anything() }),
    );
  });

  test('may have no body by POST', async () => {
    expect(await bulkRefusal('system', { ...postBulk([]), body: undefined })).toEqual([202]);
  });

  test('leaves out what was changed at _until or later', async () => {
    const { filter } = await bulkOrder('system', get('_until=2026-01-01T00:00:00Z'));
    expect(filter).toEqual({ until: '2025-12-31T23:59:59.999999999Z' });
  });

  test.each(['application/fhir+ndjson', 'application/ndjson', 'ndjson', 'application%2Ffhir%2Bndjson'])(
    'takes the format %s',
    async (format) => {
      expect(await bulkRefusal('system', get(`_outputFormat=${format}`))).toEqual([202]);
    },
  );

  test('of patients may name them by POST', async () => {
    const { filter } = await bulkOrder('group', postBulk([patient('1'), patient('2')]));
    expect(filter).toEqual({
      patients: ['1', '2'],
      groups: ['1'],
      joinedLater: 'include',
      mustBeMembers: true,
    });
  });

  test.each([
    ['without Accept', get('', { accept: undefined }), 'required -'],
    ['without Prefer', get('', { prefer: undefined }), 'required -'],
    ['by PUT', { ...get(), method: 'PUT' }, 'required -'],
    ['in another format', get('_outputFormat=application/xml'), 'not-supported _outputFormat'],
    ['since no time', get('_since=yesterday'), 'invalid _since'],
    ['since an impossible time', get('_since=0000-60-01T30:70:80%2B05:00'), 'invalid _since'],
    ['since the future', get('_since=2057-01-01T00:00:00%2B05:00'), 'value _since'],
    ['until before since', get('_since=2026-01-01T00:00:00Z&_until=2026-01-01T00:00:00Z'), 'value _until'],
    ['of an unknown type', get('_type=MissingType'), 'not-supported _type[0]'],
    ['of no type', get('_type=,'), 'value _type'],
    ['of patients at the system level', postBulk([patient('1')]), 'invalid patient'],
    ['with an unknown parameter', get('foo=bar'), 'not-supported foo'],
    ['with a parameter of no use here', get('_minimumFileSize=1'), 'not-supported _minimumFileSize'],
    ['of another source', get('source=none'), 'not-supported source'],
  ])('%s is refused', async (_, request, issue) => {
    expect(await bulkRefusal('system', request)).toEqual([400, issue]);
  });

  test('of version 4 is refused by GET', async () => {
    expect(await bulkRefusal('system', get(), 4)).toEqual([400, 'required -']);
  });

  test.each([
    ['patients by GET', 'patient', get('patient=Patient/1'), [400, 'not-supported patient']],
    ['a patient who is not there', 'patient', postBulk([patient('9')]), [400, 'not-found patient']],
    ['a group that is not there', 'group', { ...get(), instanceId: '9' }, [404, 'not-found -']],
    ['patients of another version of FHIR', 'patient', get('source=next'), [400, 'not-supported -']],
  ] as const)('that names %s is refused', async (_, bulkLevel, request, refusal) => {
    expect(await bulkRefusal(bulkLevel, request)).toEqual(refusal);
  });

  test('tells of all faults together', async () => {
    const request = get('_type=None&foo=1&_outputFormat=xml&_since=never');
    expect(await bulkRefusal('system', request)).toEqual([
      400,
      'invalid _since',
      'not-supported _outputFormat',
      'not-supported foo',
      'not-supported _type[0]',
    ]);
  });
});

describe('a kick-off of output that is organized by patients', () => {
  const BLOCKS = { kind: 'blocks', name: 'blocks', by: 'Patient' };

  test.each(['system', 'patient', 'group'] as const)(
    'of the level %s has the types in compartments of patients, and their blocks as the last subject',
    async (level) => {
      const { subjects, bulk } = await bulkOrder(level, get('organizeOutputBy=Patient'));
      expect(subjects).toEqual([...resources('Observation', 'Patient'), BLOCKS]);
      expect(bulk).toMatchObject({ organizeOutputBy: 'Patient', ignored: [] });
    },
  );

  test('has groups only where _type names them, and tells of types in no compartment', async () => {
    const query = '_type=Group,Practitioner&organizeOutputBy=Patient';
    const { subjects, bulk } = await bulkOrder('system', get(query));
    expect(subjects).toEqual([...resources('Group'), BLOCKS]);
    expect(bulk?.ignored).toMatchObject([
      { parameter: '_type', why: expect.stringMatching(/^Practitioner/) },
    ]);
  });

  test('is taken in version 4, with deletions before the blocks', async () => {
    const parameters = [
      { name: 'organizeOutputBy', valueString: 'Patient' },
      { name: '_since', valueInstant: '2026-01-01T00:00:00Z' },
    ];
    const { subjects } = await bulkOrder('system', postBulk(parameters), 4);
    expect(subjects.map(({ kind }) => kind)).toEqual(['resources', 'resources', 'deletions', 'blocks']);
  });

  test.each([
    ['by another type', get('organizeOutputBy=Group')],
    ['by two types', get('organizeOutputBy=Patient,Group')],
    ['in another version of FHIR', get('source=next&organizeOutputBy=Patient')],
  ])('is refused %s', async (_, asked) => {
    expect(await bulkRefusal('system', asked)).toEqual([400, 'not-supported organizeOutputBy']);
  });

  test('is refused together with associated data, also where the client is lenient', async () => {
    const asked = get('organizeOutputBy=Patient&includeAssociatedData=LatestProvenanceResources', LENIENT);
    expect(await bulkRefusal('system', asked)).toEqual([400, 'not-supported includeAssociatedData']);
  });
});

describe('a lenient kick-off', () => {
  test('passes over parameters that this server does not know, and types that FHIR does not', async () => {
    const request = get('_type=Patient,None&foo=1&organizeOutputBy=Group', LENIENT);
    const { subjects, bulk, handling } = await bulkOrder('system', request);
    expect(bulk?.organizeOutputBy).toBeUndefined();
    expect(subjects).toEqual(resources('Patient'));
    expect(handling).toBe('lenient');
    expect(bulk?.ignored.map(({ parameter }) => parameter)).toEqual(['foo', 'organizeOutputBy', '_type']);
  });

  test.each([
    ['a patient who is not there', 'patient', postBulk([patient('9')], LENIENT)],
    ['a time that cannot be read', 'system', get('_since=never', LENIENT)],
    ['another format', 'system', get('_outputFormat=xml', LENIENT)],
    ['no type that there is', 'system', get('_type=None', LENIENT)],
  ] as const)('is refused with %s, because something else would be exported', async (_, level, request) => {
    expect((await bulkRefusal(level, request))[0]).toBe(400);
  });
});
