import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  dependsOn,
  format,
  outputName,
  post,
  query,
  reference,
  refusalOf,
  sqlView,
  subject,
  view,
} from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const named = (...part: readonly object[]) => ({ name: 'subject', part });
const canonical = (valueCanonical: string) => named({ name: 'subjectCanonical', valueCanonical });
const values = (...parameter: readonly object[]) => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});
const context = (resource: object) => ({ name: 'context', resource });
const least = { name: 'least', use: 'in', type: 'integer' };
const ofV = query({ relatedArtifact: [dependsOn('http://x.org/v', 'v')] });

/** https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLExport.html#rejected-requests */
const TABLE: readonly [
  title: string,
  parameters: readonly object[],
  status: number,
  issues: readonly string[],
][] = [
  ['[exp-4] no subject', [], 400, ['required subject']],
  ['[exp-4] a subject without a form', [named(outputName('a'))], 400, ['invalid subject[0]']],
  [
    '[exp-4] a subject with two forms',
    [named({ name: 'subjectResource', resource: view() }, reference('subjectReference', 'ViewDefinition/x'))],
    400,
    ['invalid subject[0]'],
  ],
  [
    '[exp-13] two subjects of one output name',
    [subject(view(), outputName('a')), subject(view(), outputName('a'))],
    400,
    ['invalid subject'],
  ],
  [
    '[exp-13] two subjects whose own name is the same',
    [subject(view()), subject(view())],
    400,
    ['invalid subject'],
  ],
  [
    '[exp-13] two output names that are one file name',
    [subject(view(), outputName('a b')), subject(view(), outputName('a_b'))],
    400,
    ['invalid subject'],
  ],
  [
    '[com-16] values for a ViewDefinition',
    [subject(view(), values())],
    400,
    ['invalid subject[0].parameters'],
  ],
  [
    '[com-16 sqlquery-notes-6] a value that the query does not declare',
    [subject(query({ parameter: [least] }), values({ name: 'most', valueInteger: 1 }))],
    400,
    ['invalid subject[0].parameters.parameter[0]'],
  ],
  [
    '[sqlquery-notes-5] a value of another type than the query declares',
    [subject(query({ parameter: [least] }), values({ name: 'least', valueString: '1' }))],
    400,
    ['invalid subject[0].parameters.parameter[0]'],
  ],
  [
    '[com-16] a context that nothing depends on',
    [subject(query()), context(view({ url: 'http://x.org/v' }))],
    400,
    ['invalid context[0]'],
  ],
  ['[com-16] a context without a url', [subject(query()), context(view())], 400, ['invalid context[0]']],
  [
    '[com-10] a patient who is not there',
    [subject(view()), reference('patient', 'Patient/z')],
    400,
    ['not-found patient'],
  ],
  [
    '[com-12] a group that is not there',
    [subject(view()), reference('group', 'Group/z')],
    400,
    ['not-found group'],
  ],
  [
    '[cap-5] a parameter that is not supported',
    [subject(view()), { name: 'mine', valueString: 'x' }],
    400,
    ['not-supported mine'],
  ],
  [
    '[cap-5] a source that the server does not have',
    [subject(view()), { name: 'source', valueString: 'elsewhere' }],
    400,
    ['not-supported source'],
  ],
  [
    '[com-1] a format that the server does not write',
    [subject(view()), format('orc')],
    400,
    ['not-supported _format'],
  ],
  ['[com-1] the format of runs', [subject(view()), format('fhir')], 400, ['invalid _format']],
  ['[com-16] a limit', [subject(view()), { name: '_limit', valueInteger: 5 }], 400, ['invalid _limit']],
  [
    '[com-16] inline resources',
    [subject(view()), { name: 'resource', resource: { resourceType: 'Patient' } }],
    400,
    ['invalid resource'],
  ],
  [
    '[com-16] a malformed instant',
    [subject(view()), { name: '_since', valueInstant: '2026-01-01' }],
    400,
    ['invalid _since'],
  ],
  [
    '[exp-16] a reference to nothing',
    [named(reference('subjectReference', 'ViewDefinition/none'))],
    404,
    ['not-found subject[0].subjectReference'],
  ],
  [
    '[exp-16] a canonical of nothing',
    [canonical('http://x.org/none|1')],
    404,
    ['not-found subject[0].subjectCanonical'],
  ],
  ['[exp-16] a dependency that nobody has', [subject(ofV)], 404, ['not-found -']],
  [
    '[com-16] a context with a slip, before the dependency that it was for',
    [subject(ofV), context(view({ url: 'http://x.org/w' }))],
    400,
    ['invalid context[0]', 'not-found -'],
  ],
  [
    '[exp-16] a resource of another kind',
    [subject({ resourceType: 'Patient' })],
    422,
    ['invalid subject[0].subjectResource'],
  ],
  [
    '[sqlquery-9 sqlview-3] a Library of neither type',
    [subject({ ...query(), type: undefined })],
    422,
    ['invalid subject[0].subjectResource'],
  ],
  [
    '[sqlquery-10 sqlview-5] content of another type',
    [subject(query({ content: [{ contentType: 'text/cql', data: 'YQ==' }] }))],
    422,
    ['invalid subject[0].subjectResource.content[0].contentType'],
  ],
  [
    '[sqlquery-11 sqlview-6] content without data',
    [subject(query({ content: [{ contentType: 'application/sql' }] }))],
    422,
    ['invalid subject[0].subjectResource.content[0].data'],
  ],
  [
    '[sqlquery-12 sqlview-7] a dependency without a label',
    [subject(query({ relatedArtifact: [{ type: 'depends-on', resource: 'http://x.org/v' }] }))],
    422,
    ['invalid subject[0].subjectResource.relatedArtifact[0].label'],
  ],
  [
    '[sqlquery-13] a parameter that is no input',
    [subject(query({ parameter: [{ ...least, use: 'out' }] }))],
    422,
    ['invalid subject[0].subjectResource.parameter[0].use'],
  ],
  [
    '[sqlquery-14] two equal labels',
    [
      subject(
        query({ relatedArtifact: [dependsOn('http://x.org/v', 'v'), dependsOn('http://x.org/w', 'v')] }),
      ),
    ],
    422,
    ['invalid subject[0].subjectResource.relatedArtifact[1].label'],
  ],
  [
    '[sqlview-1 sqlview-2 sqlview-4] an SQLView with parameters',
    [subject(sqlView({ parameter: [least] }))],
    422,
    ['invalid subject[0].subjectResource.parameter'],
  ],
  [
    '[exp-16] a view with a broken path',
    [subject(view({ select: [{ column: [{ name: 'id', path: '@@' }] }] }))],
    422,
    ['invalid subject[0].subjectResource.select[0].column[0].path'],
  ],
  [
    '[exp-17] all problems of all subjects together',
    [
      named(reference('subjectReference', 'ViewDefinition/none')),
      subject(view({ select: [] })),
      reference('patient', 'Patient/z'),
    ],
    404,
    [
      'not-found patient',
      'not-found subject[0].subjectReference',
      'invalid subject[1].subjectResource.select',
    ],
  ],
];

describe('an export is refused for', () => {
  test.each(TABLE)('%s', async (_, parameters, status, issues) => {
    expect(await refusalOf(await post(server.fhirUrl, parameters))).toEqual({ status, issues });
  });

  test('[exp-16] a request that does not ask for an asynchronous answer', async () => {
    const response = await post(server.fhirUrl, [subject(view())], { Prefer: 'handling=strict' });
    expect(await refusalOf(response)).toEqual({ status: 400, issues: ['required -'] });
  });

  test('[exp-16] GET', async () => {
    const response = await fetch(`${server.fhirUrl}/$sql-export`, { headers: { Prefer: 'respond-async' } });
    expect(await refusalOf(response)).toEqual({ status: 400, issues: ['required -'] });
  });
});
