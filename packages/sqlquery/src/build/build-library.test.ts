import { expect, test } from '@jest/globals';
import { buildLibrary } from './build-library.js';

const ANNOTATED = `/*
@name: HighPulse
@title: Pulses above a limit
@version: 2.1.0
@status: retired
*/

-- @param: least integer Slowest pulse that counts
-- @param: since date
-- @relatedDependency: http://x.org/ViewDefinition/people as person
-- @relatedDependency: http://x.org/ViewDefinition/pulses|3 as pulse

SELECT person.id, max(pulse.rate) AS fastest
FROM pulse JOIN person ON person.id = pulse.person
WHERE pulse.rate > :least AND pulse.day > :since
GROUP BY person.id
`;

test('annotations of all kinds become the elements that the guide maps them to', () => {
  const { library, faults, warnings } = buildLibrary(ANNOTATED, 'x', 'query');
  expect([...faults, ...warnings]).toEqual([]);
  const guide = 'http://hl7.org/fhir/uv/sql-on-fhir';
  expect(library).toEqual({
    resourceType: 'Library',
    meta: { profile: [`${guide}/StructureDefinition/SQLQuery`] },
    version: '2.1.0',
    name: 'HighPulse',
    title: 'Pulses above a limit',
    status: 'retired',
    type: { coding: [{ system: `${guide}/CodeSystem/LibraryTypesCodes`, code: 'sql-query' }] },
    relatedArtifact: [
      { type: 'depends-on', resource: 'http://x.org/ViewDefinition/people', label: 'person' },
      { type: 'depends-on', resource: 'http://x.org/ViewDefinition/pulses|3', label: 'pulse' },
    ],
    parameter: [
      { name: 'least', use: 'in', type: 'integer', documentation: 'Slowest pulse that counts' },
      { name: 'since', use: 'in', type: 'date' },
    ],
    content: [
      {
        contentType: 'application/sql',
        extension: [{ url: `${guide}/StructureDefinition/sql-text`, valueString: ANNOTATED }],
        data: Buffer.from(ANNOTATED).toString('base64'),
      },
    ],
  });
});

test('name, status and label are found where no annotation gives them; authors may be several', () => {
  const sql = `-- @author: A\n-- @author: B C\n-- @relatedDependency: http://x.org/ViewDefinition/people|1.0\nSELECT * FROM people`;
  expect(buildLibrary(sql, 'all-people.v2', 'query').library).toMatchObject({
    name: 'all_people_v2',
    status: 'draft',
    author: [{ name: 'A' }, { name: 'B C' }],
    relatedArtifact: [{ resource: 'http://x.org/ViewDefinition/people|1.0', label: 'people' }],
  });
});

test('an SQLView has its type and the URL that others name it by', () => {
  const { library, faults } = buildLibrary('/* @url: http://x.org/Library/v */ SELECT 1', 'v', 'view');
  expect(faults).toEqual([]);
  expect(library).toMatchObject({ url: 'http://x.org/Library/v', type: { coding: [{ code: 'sql-view' }] } });
});

test('annotations are read from comments of both kinds, nested ones too, and not from literals', () => {
  const sql = `/* outer /* inner */
 * @title: T
 * @publisher: P
 */
SELECT '-- @version: 9', "/* @status: retired */", $$ -- @name: n $$ -- @description: D: d`;
  expect(buildLibrary(sql, 'q', 'query').library).toMatchObject({
    name: 'q',
    title: 'T',
    publisher: 'P',
    status: 'draft',
    description: 'D: d',
  });
  expect(buildLibrary(sql, 'q', 'query').library).not.toHaveProperty('version');
});

test.each([
  ['a status that does not exist', '-- @status: done\nSELECT 1', 1, /"done"; expected one of draft/],
  ['a name that is none', '\n-- @name: my query\nSELECT 1', 2, /@name is "my query"/],
  [
    'a type without a value in SQL',
    'SELECT :p -- @param: p Quantity',
    1,
    /"Quantity"; expected one of string/,
  ],
  [
    'a label that is none',
    '-- @relatedDependency: http://x.org/a as 1a\nSELECT 1',
    1,
    /expected "URL as label"/,
  ],
  [
    'a dependency without a label to be found',
    '-- @relatedDependency: http://x.org/a-b\nSELECT 1',
    1,
    /label/,
  ],
  ['an annotation that is given again', '-- @title: a\n-- @title: b\nSELECT 1', 2, /given again/],
  ['an annotation without a value', '-- @title:\nSELECT 1', 1, /no value/],
  ['no SQL', '-- @title: a', undefined, /no SQL/],
  [
    'two dependencies of one label',
    '-- @relatedDependency: http://x.org/a as t\n-- @relatedDependency: http://x.org/b as T\nSELECT 1 FROM t',
    undefined,
    /"t" is given twice/,
  ],
])('%s is a fault with its line', (_, sql, line, diagnostics) => {
  expect(buildLibrary(sql, 'q', 'query').faults).toEqual([
    { line, diagnostics: expect.stringMatching(diagnostics) },
  ]);
});

test('a view has no parameters', () => {
  expect(buildLibrary('SELECT 1 -- @param: p string', 'v', 'view').faults).toMatchObject([{ line: 1 }]);
});

test('annotations that nobody knows, parameters and tables that the SQL does not use, are warnings', () => {
  const sql = `-- @titel: a
-- @param: p string
-- @relatedDependency: http://x.org/a as t
SELECT ':p from t'`;
  expect(buildLibrary(sql, 'q', 'query')).toMatchObject({
    faults: [],
    warnings: [
      { line: 1, diagnostics: '@titel is no annotation, and is left out; did you mean "title"?' },
      { line: 2, diagnostics: 'the SQL has no :p, which @param declares' },
      { line: 3, diagnostics: 'the SQL does not use the table t' },
    ],
  });
});
