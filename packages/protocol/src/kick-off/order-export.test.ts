import { describe, expect, test } from '@jest/globals';
import { exportRequest, exportRequestSchema } from '@millrace/export';
import { SQL_EXPORT, VIEWDEFINITION_EXPORT } from '../operations/operations.js';
import {
  BASE_URL,
  body,
  exampleContext,
  legacyView,
  order,
  post,
  storedDefinitions,
  subject,
  view,
} from '../testing/kick-off-example.js';

const stored = (id: string): unknown => ({
  name: 'subjectReference',
  valueReference: { reference: `ViewDefinition/${id}` },
});

describe('an order', () => {
  test('is NDJSON with header from the default source unless something else is asked for', async () => {
    expect(await order(SQL_EXPORT, 'system', post(body(subject(stored('people')))))).toEqual({
      operation: 'sql-export',
      format: 'ndjson',
      handling: 'strict',
      header: true,
      source: 'main',
      fhirVersion: 'R4',
      baseUrls: ['https://ehr.example/fhir'],
      subjects: [
        {
          kind: 'view',
          name: 'people',
          view: view({ id: 'people', url: 'http://x.org/people', name: 'people' }),
        },
      ],
    });
  });

  test('keeps the wishes of the request', async () => {
    const request = post(
      body(
        subject({ name: 'name', valueString: 'Blood pressure' }, stored('bp')),
        { name: 'clientTrackingId', valueString: 'nightly-7' },
        { name: '_format', valueCode: 'csv' },
        { name: 'header', valueBoolean: false },
        { name: 'source', valueString: 'next' },
      ),
    );
    expect(await order(SQL_EXPORT, 'system', request)).toMatchObject({
      clientTrackingId: 'nightly-7',
      format: 'csv',
      header: false,
      source: 'next',
      fhirVersion: 'R5',
      baseUrls: [],
      subjects: [{ name: 'Blood pressure' }],
    });
  });

  test.each([
    ['parquet', 'zstd', { compression: 'zstd' }],
    ['parquet', 'snappy', {}],
    ['csv', 'gzip', { compression: 'gzip' }],
  ])('of %s takes the compression %s', async (format, valueCode, kept) => {
    const wishes = [
      { name: '_format', valueCode: format },
      { name: 'compression', valueCode },
    ];
    const { compression } = await order(SQL_EXPORT, 'system', post(body(subject(stored('bp')), ...wishes)));
    expect(compression === undefined ? {} : { compression }).toEqual(kept);
  });

  test.each([
    ['null', { onMismatch: 'null' }],
    ['fail', {}],
  ])('of Parquet takes %s for values that do not fit', async (valueCode, kept) => {
    const wishes = [
      { name: '_format', valueCode: 'parquet' },
      { name: 'onMismatch', valueCode },
    ];
    const { onMismatch } = await order(SQL_EXPORT, 'system', post(body(subject(stored('bp')), ...wishes)));
    expect(onMismatch === undefined ? {} : { onMismatch }).toEqual(kept);
  });

  test('takes the sizes with which files end', async () => {
    const wishes = [
      { name: 'partBytes', valueInteger: 1 << 20 },
      { name: 'partRows', valueInteger: 1000 },
    ];
    const { partSize } = await order(SQL_EXPORT, 'system', post(body(subject(stored('bp')), ...wishes)));
    expect(partSize).toEqual({ bytes: 1 << 20, rows: 1000 });
  });

  test('keeps which resources were asked for, each patient and group once', async () => {
    const reference = (name: string, text: string): unknown => ({
      name,
      valueReference: { reference: text },
    });
    const request = post(
      body(
        subject(stored('bp')),
        reference('patient', 'Patient/1'),
        reference('patient', 'HTTPS://Ehr.example/fhir/Patient/2'),
        reference('patient', `${BASE_URL}/Patient/3`),
        reference('patient', 'Patient/1/_history/4'),
        reference('group', 'Group/1'),
        { name: '_since', valueInstant: '2026-01-31T12:00:00.5+02:00' },
      ),
    );
    expect((await order(SQL_EXPORT, 'system', request)).filter).toEqual({
      since: '2026-01-31T12:00:00.5+02:00',
      patients: ['1', '2', '3'],
      groups: ['1'],
    });
  });

  test('is taken for a patient of a source that is too large to be looked through', async () => {
    const request = post(
      body(
        subject(stored('bp')),
        { name: 'patient', valueReference: { reference: 'Patient/9' } },
        { name: 'source', valueString: 'large' },
      ),
    );
    expect((await order(SQL_EXPORT, 'system', request)).filter).toEqual({ patients: ['9'] });
  });

  test.each([
    ['csv', 'csv'],
    ['text/csv', 'csv'],
    ['Text/CSV; charset=utf-8', 'csv'],
    ['application/x-ndjson', 'ndjson'],
    ['application/json', 'json'],
    ['application/vnd.apache.parquet', 'parquet'],
  ])('takes _format %s for %s', async (valueCode, format) => {
    const request = post(body(subject(stored('bp')), { name: '_format', valueCode }));
    expect((await order(SQL_EXPORT, 'system', request)).format).toBe(format);
  });

  test('takes its format from _format, whatever Accept says', async () => {
    const request = post(body(subject(stored('bp'))), {
      headers: {
        prefer: 'respond-async',
        accept: 'text/csv',
        'content-type': 'application/json; charset=utf-8',
      },
    });
    expect((await order(SQL_EXPORT, 'system', request)).format).toBe('ndjson');
  });

  test('names outputs as supplied, else as the view is named, else by a generated name', async () => {
    const request = post(
      body(
        subject({ name: 'name', valueString: 'mine' }, stored('bp')),
        subject({ name: 'subjectCanonical', valueCanonical: 'http://x.org/bp|2' }),
        subject(stored('nameless')),
        subject({ name: 'subjectResource', resource: view({ name: 'no/file' }) }),
      ),
    );
    const { subjects } = await order(SQL_EXPORT, 'system', request);
    expect(subjects.map(({ name }) => name)).toEqual(['mine', 'blood_pressure', 'output_3', 'output_4']);
  });

  test('looks one artefact up once, however many subjects name it', async () => {
    const definitions = storedDefinitions();
    const twice = (name: string): unknown => subject({ name: 'name', valueString: name }, stored('bp'));
    await order(SQL_EXPORT, 'system', post(body(twice('a'), twice('b'))), {
      ...exampleContext(),
      definitions,
    });
    expect(definitions.asked).toEqual(['ViewDefinition/bp']);
  });

  test.each([
    ['relative', 'ViewDefinition/bp'],
    ['versioned', 'ViewDefinition/bp/_history/7'],
    ['absolute', `${BASE_URL}/ViewDefinition/bp`],
  ])('follows a %s reference', async (_, reference) => {
    const request = post(body(subject({ name: 'subjectReference', valueReference: { reference } })));
    const { subjects } = await order(SQL_EXPORT, 'system', request);
    expect(subjects.map(({ name }) => name)).toEqual(['blood_pressure']);
  });

  test('takes the resourceType of earlier guide versions for a ViewDefinition', async () => {
    const resource = view({
      resourceType: 'https://sql-on-fhir.org/ig/StructureDefinition/ViewDefinition',
      name: 'old',
    });
    const request = post(body(subject({ name: 'subjectResource', resource })));
    const { subjects } = await order(SQL_EXPORT, 'system', request);
    expect(subjects[0]).toMatchObject({ view: { resourceType: 'ViewDefinition' } });
  });

  test.each([
    ['one preference of several', { prefer: 'handling=strict, Respond-Async; wait=5' }],
    ['several headers', { prefer: ['handling=strict', 'respond-async'] }],
  ])('finds respond-async among %s', async (_, headers) => {
    const request = post(body(subject(stored('bp'))), { headers });
    expect((await order(SQL_EXPORT, 'system', request)).operation).toBe('sql-export');
  });

  test('passes over the query parameters that generic clients add', async () => {
    const query = { _format: 'text/json', _pretty: 'true' };
    const request = post(body(subject(stored('bp'))), { query });
    expect((await order(SQL_EXPORT, 'system', request)).format).toBe('ndjson');
  });

  test('does not exist when the definitions cannot be read', async () => {
    const down = new Error('down');
    const definitions = { byReference: () => Promise.reject(down), byCanonical: () => Promise.reject(down) };
    const request = post(body(subject(stored('bp'))));
    await expect(order(SQL_EXPORT, 'system', request, { ...exampleContext(), definitions })).rejects.toBe(
      down,
    );
  });

  test('does not exist when the compiler fails otherwise than by refusing the view', async () => {
    const checkViews = () => Promise.reject(new TypeError('bug'));
    const request = post(body(subject(stored('bp'))));
    await expect(order(SQL_EXPORT, 'system', request, { ...exampleContext(), checkViews })).rejects.toThrow(
      TypeError,
    );
  });

  test('becomes a request that can be kept', async () => {
    const made = await order(SQL_EXPORT, 'system', post(body(subject(stored('bp')))));
    const request = exportRequest(made, { id: 'e1', tenant: 'default', client: 'anonymous', acceptedAt: 0 });
    expect(exportRequestSchema.parse(request)).toEqual({
      schemaVersion: 1,
      id: 'e1',
      tenant: 'default',
      client: 'anonymous',
      acceptedAt: '1970-01-01T00:00:00.000Z',
      ...made,
    });
  });
});

describe('the earlier operation', () => {
  test.each([
    ['viewReference', { name: 'viewReference', valueReference: { reference: 'ViewDefinition/bp' } }],
    [
      'a canonical in viewReference',
      { name: 'viewReference', valueReference: { reference: 'http://x.org/bp|2' } },
    ],
    ['viewCanonical', { name: 'viewCanonical', valueCanonical: 'http://x.org/bp' }],
    ['viewResource', { name: 'viewResource', resource: view({ name: 'blood_pressure' }) }],
  ])('takes %s', async (_, form) => {
    const made = await order(VIEWDEFINITION_EXPORT, 'type', post(body(legacyView(form))));
    expect(made).toMatchObject({
      operation: 'viewdefinition-export',
      subjects: [{ name: 'blood_pressure' }],
    });
  });

  test('takes the view from the URL, with or without a body', async () => {
    const format = { name: '_format', valueCode: 'parquet' };
    const bare = await order(VIEWDEFINITION_EXPORT, 'instance', post(undefined, { instanceId: 'bp' }));
    const parquet = await order(VIEWDEFINITION_EXPORT, 'instance', post(body(format), { instanceId: 'bp' }));
    const empty = await order(VIEWDEFINITION_EXPORT, 'instance', post({}, { instanceId: 'bp' }));
    expect(empty).toEqual(bare);
    expect(bare.subjects.map(({ name }) => name)).toEqual(['blood_pressure']);
    expect(parquet.format).toBe('parquet');
  });
});
