import { describe, expect, test } from '@jest/globals';
import { SQL_EXPORT, VIEWDEFINITION_EXPORT } from '../operations/operations.js';
import {
  BASE_URL,
  body,
  inline,
  legacyView,
  name,
  post,
  reference,
  refusal,
  subject,
  view,
} from '../testing/kick-off-example.js';

const canonical = (text: unknown): unknown => ({ name: 'subjectCanonical', valueCanonical: text });
const GOOD = subject(reference('ViewDefinition/bp'));

describe('$sql-export refuses', () => {
  test.each([
    ['a subject without parts', post(body({ name: 'subject' })), 400, ['invalid subject[0]']],
    [
      'a subject with a value',
      post(body({ name: 'subject', valueString: 'x' })),
      400,
      ['invalid subject[0]', 'invalid subject[0]'],
    ],
    ['a subject with a name only', post(body(subject(name('a')))), 400, ['invalid subject[0]']],
    [
      'two forms of one subject',
      post(body(GOOD, subject(reference('ViewDefinition/bp'), inline()))),
      400,
      ['invalid subject[1]'],
    ],
    [
      'one form twice',
      post(body(subject(reference('ViewDefinition/bp'), reference('ViewDefinition/people')))),
      400,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'a reference under the wrong value[x]',
      post(body(subject({ name: 'subjectReference', valueString: 'ViewDefinition/bp' }))),
      400,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'a logical reference',
      post(body(subject({ name: 'subjectReference', valueReference: { identifier: { value: 'bp' } } }))),
      400,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'a canonical under the wrong value[x]',
      post(body(subject({ name: 'subjectCanonical', valueUri: 'http://x.org/bp' }))),
      400,
      ['invalid subject[0].subjectCanonical'],
    ],
    [
      'a canonical that is only a version',
      post(body(subject(canonical('|1')))),
      400,
      ['invalid subject[0].subjectCanonical'],
    ],
    [
      'an inline resource as text',
      post(body(subject({ name: 'subjectResource', valueString: '{}' }))),
      400,
      ['invalid subject[0].subjectResource'],
    ],
    [
      'an unknown part of a subject',
      post(body(subject(reference('ViewDefinition/bp'), { name: 'subjectUrl', valueUri: 'http://x' }))),
      400,
      ['not-supported subject[0].subjectUrl'],
    ],
    [
      'values for the parameters of a ViewDefinition',
      post(body(subject(reference('ViewDefinition/bp'), { name: 'parameters', resource: body() }))),
      400,
      ['invalid subject[0].parameters'],
    ],

    [
      'an unknown reference',
      post(body(GOOD, subject(reference('ViewDefinition/none')))),
      404,
      ['not-found subject[1].subjectReference'],
    ],
    [
      'a version that is not kept',
      post(body(subject(reference('ViewDefinition/bp/_history/3')))),
      404,
      ['not-found subject[0].subjectReference'],
    ],
    [
      'a reference to another server',
      post(body(subject(reference('https://other.org/ViewDefinition/bp')))),
      404,
      ['not-found subject[0].subjectReference'],
    ],
    [
      'a canonical in place of a reference',
      post(body(subject(reference('http://x.org/bp')))),
      404,
      ['not-found subject[0].subjectReference'],
    ],
    [
      'a contained reference',
      post(body(subject(reference('#bp')))),
      404,
      ['not-found subject[0].subjectReference'],
    ],
    [
      'an unknown canonical',
      post(body(subject(canonical('http://x.org/none')))),
      404,
      ['not-found subject[0].subjectCanonical'],
    ],
    [
      'an unknown version of a canonical',
      post(body(subject(canonical('http://x.org/bp|9')))),
      404,
      ['not-found subject[0].subjectCanonical'],
    ],

    [
      'a reference to a Patient',
      post(body(subject(reference('Patient/1')))),
      422,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'a reference to a Library that is not stored',
      post(body(subject(reference('Library/q')))),
      404,
      ['not-found subject[0].subjectReference'],
    ],
    [
      'an inline Patient',
      post(body(subject(inline({ resourceType: 'Patient' })))),
      422,
      ['invalid subject[0].subjectResource'],
    ],
    [
      'a Library without SQL',
      post(body(subject(inline({ resourceType: 'Library' })))),
      422,
      ['invalid subject[0].subjectResource'],
    ],
    [
      'an inline view that does not compile',
      post(body(GOOD, subject(inline({ select: 1 })))),
      422,
      ['invalid subject[1].subjectResource.select'],
    ],
    [
      'a stored view that does not compile',
      post(body(subject(reference('ViewDefinition/broken')))),
      422,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'a stored view for another FHIR version',
      post(body(subject(reference('ViewDefinition/r5')))),
      422,
      ['invalid subject[0].subjectReference'],
    ],
    [
      'an inline view for another FHIR version than the source that was asked for',
      post(body(subject(inline({ fhirVersion: ['4.0.1'] })), { name: 'source', valueString: 'next' })),
      422,
      ['invalid subject[0].subjectResource.fhirVersion'],
    ],

    [
      'two equal names',
      post(body(subject(name('a'), inline()), subject(name('a'), inline()))),
      400,
      ['invalid subject'],
    ],
    ['one view twice without names', post(body(GOOD, GOOD)), 400, ['invalid subject']],
    [
      'a name that another view has of its own',
      post(body(GOOD, subject(name('blood_pressure'), inline()))),
      400,
      ['invalid subject'],
    ],
    [
      'names that differ in case only',
      post(body(subject(name('bp'), inline()), subject(name('BP'), inline()))),
      400,
      ['invalid subject'],
    ],
    ['a name with a slash', post(body(subject(name('a/b'), inline()))), 400, ['invalid subject[0].name']],
    ['a name that climbs', post(body(subject(name('..'), inline()))), 400, ['invalid subject[0].name']],
    [
      'a name with a line break',
      post(body(subject(name('a\nb'), inline()))),
      400,
      ['invalid subject[0].name'],
    ],
    [
      'a name too long for a file',
      post(body(subject(name('a'.repeat(201)), inline()))),
      400,
      ['invalid subject[0].name'],
    ],
    ['an empty name', post(body(subject(name(''), inline()))), 400, ['invalid subject[0].name']],
    [
      'a name given twice',
      post(body(subject(name('a'), name('b'), inline()))),
      400,
      ['invalid subject[0].name'],
    ],
  ] as const)('%s', async (_, request, status, issues) => {
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({ status, issues });
  });
});

describe('$viewdefinition-export refuses', () => {
  const byReference = (text: string): unknown => ({
    name: 'viewReference',
    valueReference: { reference: text },
  });
  const stored = legacyView(byReference('ViewDefinition/bp'));

  test.each([
    ['no view', 'system', post(body()), 400, ['required view']],
    ['no form', 'type', post(body(legacyView())), 400, ['invalid view[0]']],
    [
      'an unknown reference',
      'type',
      post(body(stored, legacyView(byReference('ViewDefinition/none')))),
      404,
      ['not-found view[1].viewReference'],
    ],
    [
      'an unknown canonical in viewReference',
      'type',
      post(body(legacyView(byReference('http://x.org/none')))),
      404,
      ['not-found view[0].viewReference'],
    ],
    [
      'an inline view that does not compile',
      'system',
      post(body(legacyView({ name: 'viewResource', resource: view({ select: 1 }) }))),
      422,
      ['invalid view[0].viewResource.select'],
    ],
    ['the later parameter', 'system', post(body(stored, subject())), 400, ['not-supported subject']],
    [
      'view where the URL names one',
      'instance',
      post(body(stored), { instanceId: 'bp' }),
      400,
      ['invalid view'],
    ],
    ['an unknown instance', 'instance', post(body(), { instanceId: 'none' }), 404, ['not-found -']],
    [
      'an instance that does not compile',
      'instance',
      post(undefined, { instanceId: 'broken' }),
      422,
      ['invalid ViewDefinition.select'],
    ],
    ['an invalid id', 'instance', post(undefined, { instanceId: '../bp' }), 404, ['not-found -']],
  ] as const)('%s (%s)', async (_, level, request, status, issues) => {
    expect(await refusal(VIEWDEFINITION_EXPORT, level, request)).toEqual({ status, issues });
  });
});

test('an absolute reference below the public base is one to this server', async () => {
  const request = post(body(subject(reference(`${BASE_URL}/ViewDefinition/none`))));
  expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({
    status: 404,
    issues: ['not-found subject[0].subjectReference'],
  });
});
