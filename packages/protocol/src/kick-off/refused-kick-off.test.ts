import { describe, expect, test } from '@jest/globals';
import { MAX_SUBJECTS } from './kick-off.js';
import { SQL_EXPORT } from '../operations/operations.js';
import { MAX_ENTRIES } from '../parameters/request-body.js';
import {
  body,
  exampleContext,
  inline,
  legacyView,
  name,
  order,
  post,
  reference,
  refusal,
  subject,
  view,
} from '../testing/kick-off-example.js';

const patient = (valueReference: unknown): unknown => ({ name: 'patient', valueReference });
const group = (text: string): unknown => ({ name: 'group', valueReference: { reference: text } });
const GOOD = subject(reference('ViewDefinition/bp'));

describe('$sql-export refuses', () => {
  test.each([
    ['GET', { ...post(undefined), method: 'GET' }, 400, ['required -']],
    ['a request without Prefer', post(body(GOOD), { headers: {} }), 400, ['required -']],
    ['another preference', post(body(GOOD), { headers: { prefer: 'return=minimal' } }), 400, ['required -']],
    [
      'a request without Prefer, naming its other faults and looking nothing up',
      post(body(subject(reference('ViewDefinition/none')), { name: '_limit', valueInteger: 1 }), {
        headers: {},
      }),
      400,
      ['required -', 'invalid _limit'],
    ],
    [
      'a body that is XML',
      post(undefined, { headers: { prefer: 'respond-async', 'content-type': 'application/fhir+xml' } }),
      415,
      ['not-supported -'],
    ],
    ['a query parameter', post(body(GOOD), { query: { _format: 'csv' } }), 400, ['not-supported _format']],
    ['no body', post(undefined), 400, ['invalid -']],
    ['a body that is a text', post('{}'), 400, ['invalid -']],
    [
      'more entries than it reads, before it looks at any of them',
      post(body(GOOD, { name: 'x', part: Array(MAX_ENTRIES).fill(0) })),
      400,
      ['too-costly Parameters.parameter'],
    ],
    [
      'a parameter with more elements than any has',
      post(body(GOOD, Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`n${at}`, 0])))),
      400,
      ['too-costly Parameters.parameter'],
    ],
    [
      'a tracking id that would make every answer long',
      post(body(GOOD, { name: 'clientTrackingId', valueString: 'x'.repeat(1001) })),
      400,
      ['too-long clientTrackingId'],
    ],
    ['a list', post([]), 400, ['invalid -']],
    ['a bare ViewDefinition', post(view()), 400, ['invalid -']],
    ['a resourceType that is no text', post({ resourceType: 7 }), 400, ['invalid -']],
    [
      'a parameter without a name',
      post(body(GOOD, { valueString: 'x' })),
      400,
      ['invalid Parameters.parameter[1].name'],
    ],
    ['no subject', post(body()), 400, ['required subject']],
    ['Parameters without parameter', post({ resourceType: 'Parameters' }), 400, ['required subject']],
    [
      'more subjects than it checks',
      post(body(...times(MAX_SUBJECTS + 1, GOOD))),
      400,
      ['too-costly subject'],
    ],
    ['_format fhir', post(body(GOOD, { name: '_format', valueCode: 'fhir' })), 400, ['invalid _format']],
    [
      '_format application/fhir+json',
      post(body(GOOD, { name: '_format', valueCode: 'application/fhir+json' })),
      400,
      ['invalid _format'],
    ],
    ['_format orc', post(body(GOOD, { name: '_format', valueCode: 'orc' })), 400, ['not-supported _format']],
    [
      'a media type with a parameter as _format',
      post(body(GOOD, { name: '_format', valueCode: 'text/csv; header=absent' })),
      400,
      ['not-supported _format'],
    ],
    [
      '_format as a string',
      post(body(GOOD, { name: '_format', valueString: 'csv' })),
      400,
      ['invalid _format'],
    ],
    [
      '_format twice',
      post(body(GOOD, { name: '_format', valueCode: 'csv' }, { name: '_format', valueCode: 'csv' })),
      400,
      ['invalid _format'],
    ],
    [
      'a compression that it does not have',
      post(
        body(GOOD, { name: '_format', valueCode: 'parquet' }, { name: 'compression', valueCode: 'brotli' }),
      ),
      400,
      ['not-supported compression'],
    ],
    [
      'a compression of text',
      post(body(GOOD, { name: '_format', valueCode: 'csv' }, { name: 'compression', valueCode: 'zstd' })),
      400,
      ['invalid compression'],
    ],
    [
      'gzip of Parquet',
      post(body(GOOD, { name: '_format', valueCode: 'parquet' }, { name: 'compression', valueCode: 'gzip' })),
      400,
      ['invalid compression'],
    ],
    [
      'parts that are too small, by bytes and by rows',
      post(body(GOOD, { name: 'partBytes', valueInteger: 1000 }, { name: 'partRows', valueInteger: 0 })),
      400,
      ['invalid partBytes', 'invalid partRows'],
    ],
    [
      'an end of mismatches that it does not have',
      post(body(GOOD, { name: '_format', valueCode: 'parquet' }, { name: 'onMismatch', valueCode: 'skip' })),
      400,
      ['not-supported onMismatch'],
    ],
    [
      'mismatches of text, which has no types',
      post(body(GOOD, { name: '_format', valueCode: 'csv' }, { name: 'onMismatch', valueCode: 'null' })),
      400,
      ['invalid onMismatch'],
    ],
    [
      'partitions by a column that the view does not have',
      post(body(GOOD, { name: 'partitionBy', valueString: 'gender' })),
      422,
      ['invalid partitionBy'],
    ],
    [
      'header as a string',
      post(body(GOOD, { name: 'header', valueString: 'true' })),
      400,
      ['invalid header'],
    ],
    [
      'header that is no boolean',
      post(body(GOOD, { name: 'header', valueBoolean: 'no' })),
      400,
      ['invalid header'],
    ],
    [
      'an empty clientTrackingId',
      post(body(GOOD, { name: 'clientTrackingId' })),
      400,
      ['invalid clientTrackingId'],
    ],
    [
      'an unknown source',
      post(body(GOOD, { name: 'source', valueString: 's3://b' })),
      400,
      ['not-supported source'],
    ],
    [
      'a source named like a property of objects',
      post(body(GOOD, { name: 'source', valueString: 'toString' })),
      400,
      ['not-supported source'],
    ],
    [
      'a patient that is no reference',
      post(body(GOOD, patient({ display: 'x' }))),
      400,
      ['invalid patient[0]'],
    ],
    [
      'a reference of patient to something else',
      post(body(GOOD, patient({ reference: 'Patient/1' }), patient({ reference: 'Group/1' }))),
      400,
      ['invalid patient[1]'],
    ],
    [
      'a patient that is text',
      post(body(GOOD, { name: 'patient', valueString: 'Patient/1' })),
      400,
      ['invalid patient[0]'],
    ],
    [
      'patients that the source does not have, once',
      post(body(GOOD, ...['1', '8', '9'].map((id) => patient({ reference: `Patient/${id}` })))),
      400,
      ['not-found patient'],
    ],
    [
      'patients and groups of other servers, once each',
      post(
        body(
          GOOD,
          ...['https://elsewhere.example/fhir', 'http://ehr.example/fhir', 'https://ehr.example/FHIR'].map(
            (base) => patient({ reference: `${base}/Patient/1` }),
          ),
          group('https://elsewhere.example/fhir/Group/1'),
        ),
      ),
      400,
      ['not-found patient', 'not-found group'],
    ],
    [
      'an absolute reference where the source declares no base',
      post(
        body(GOOD, patient({ reference: 'https://ehr.example/fhir/Patient/1' }), {
          name: 'source',
          valueString: 'large',
        }),
      ),
      400,
      ['not-found patient'],
    ],
    [
      'more patients than it looks for',
      post(body(GOOD, ...times(10_001, patient({ reference: 'Patient/1' })))),
      400,
      ['too-costly patient'],
    ],
    ['a group that the source does not have', post(body(GOOD, group('Group/2'))), 400, ['not-found group']],
    [
      'a reference of group to something else',
      post(body(GOOD, group('Patient/1'))),
      400,
      ['invalid group[0]'],
    ],
    [
      'patients of a source that is not R4',
      post(body(GOOD, group('Group/1'), { name: 'source', valueString: 'next' })),
      400,
      ['not-supported group'],
    ],
    [
      '_since that is a date',
      post(body(GOOD, { name: '_since', valueInstant: '2026-01-01' })),
      400,
      ['invalid _since'],
    ],
    [
      '_since that is a dateTime',
      post(body(GOOD, { name: '_since', valueDateTime: '2026-01-01T00:00:00Z' })),
      400,
      ['invalid _since'],
    ],
    [
      '_since twice',
      post(body(GOOD, ...times(2, { name: '_since', valueInstant: '2026-01-01T00:00:00Z' }))),
      400,
      ['invalid _since'],
    ],
    ['_limit', post(body(GOOD, { name: '_limit', valueInteger: 5 })), 400, ['invalid _limit']],
    [
      'resource, once however often it is given',
      post(body(GOOD, ...times(2, { name: 'resource', resource: { resourceType: 'Patient' } }))),
      400,
      ['invalid resource'],
    ],
    ['context', post(body(GOOD, { name: 'context', resource: view() })), 400, ['invalid context[0]']],
    [
      'an unknown parameter',
      post(body(GOOD, { name: 'colour', valueString: 'red' })),
      400,
      ['not-supported colour'],
    ],
    ['the older parameter', post(body(GOOD, legacyView())), 400, ['not-supported view']],
    [
      'a name that is no expression',
      post(body(GOOD, { name: 'a b()', valueString: 'x' })),
      400,
      ['not-supported parameter[1]'],
    ],
  ] as const)('%s', async (_, request, status, issues) => {
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({ status, issues });
  });

  test('a request with many faults once, with all of them, and 404 wins', async () => {
    const request = post(
      body(
        subject(reference('ViewDefinition/none')),
        subject(inline({ select: 1 })),
        subject(name('../x'), inline()),
        { name: '_format', valueCode: 'orc' },
        group('Patient/1'),
        { name: 'source', valueString: 'elsewhere' },
      ),
    );
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({
      status: 404,
      issues: [
        'invalid subject[2].name',
        'not-supported _format',
        'invalid group[0]',
        'not-supported source',
        'not-found subject[0].subjectReference',
        'invalid subject[1].subjectResource.select',
      ],
    });
  });

  test('a subject and a patient that are not found with 404, and names both', async () => {
    const request = post(
      body(subject(reference('ViewDefinition/none')), patient({ reference: 'Patient/9' })),
    );
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({
      status: 404,
      issues: ['not-found patient', 'not-found subject[0].subjectReference'],
    });
  });

  test('a broken rule before a view that cannot be run', async () => {
    const request = post(body(subject(inline({ select: 1 })), { name: '_limit', valueInteger: 1 }));
    expect((await refusal(SQL_EXPORT, 'system', request)).status).toBe(400);
  });
});

test('a request without a source, where none is the default, is told which there are', async () => {
  const context = { ...exampleContext(), defaultSource: undefined };
  const answer = order(SQL_EXPORT, 'system', post(body(GOOD)), context);
  await expect(answer).rejects.toMatchObject({
    status: 400,
    issues: [
      {
        code: 'required',
        expression: ['source'],
        diagnostics: expect.stringContaining('"main", "next", "large"'),
      },
    ],
  });
  const named = post(body(GOOD, { name: 'source', valueString: 'large' }));
  expect((await order(SQL_EXPORT, 'system', named, context)).source).toBe('large');
});

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}
