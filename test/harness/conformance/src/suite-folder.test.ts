import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SuiteFolderError } from './errors.js';
import { outcomeOf, writeSources } from './http-tier.js';
import { readSuite } from './suite-folder.js';
import { runSuiteTest } from './view-suite.js';

const FILE = `{
  "resources": [
    { "resourceType": "Observation", "id": "o", "valueQuantity": { "value": 1.0 } },
    { "resourceType": "Patient", "id": "p" }
  ],
  "tests": [
    { "title": "t", "view": {}, "expect": [{ "a": 1, "b": 2 }, { "a": 3, "b": 4 }], "expectColumns": ["a", "b"] }
  ]
}`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-suite-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the folder of the suite', () => {
  test('gives its test files by name, without the schema beside them', async () => {
    await writeFile(join(folder, 'b.json'), FILE);
    await writeFile(join(folder, 'a.json'), FILE);
    await writeFile(join(folder, 'tests.schema.json'), '{}');
    expect((await readSuite(folder)).map(({ name }) => name)).toEqual(['a.json', 'b.json']);
  });

  test('must be there and have test files', async () => {
    await expect(readSuite(folder)).rejects.toThrow('has no test files');
    await expect(readSuite(join(folder, 'missing'))).rejects.toThrow(SuiteFolderError);
  });

  test.each(['{"tests":1}', '{"tests":'])('must not have %s among the test files', async (text) => {
    await writeFile(join(folder, 'other.json'), text);
    await expect(readSuite(folder)).rejects.toThrow(SuiteFolderError);
    await expect(readSuite(folder)).rejects.toThrow('other.json is not a test file');
  });
});

describe('the HTTP tier', () => {
  test('serves numbers as the suite wrote them', async () => {
    await writeFile(join(folder, 'numbers.json'), FILE);
    await writeSources(await readSuite(folder), folder);
    expect(await readFile(join(folder, 'numbers', 'Observation.ndjson'), 'utf8')).toBe(
      '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.0}}\n',
    );
    expect(await readFile(join(folder, 'numbers', 'Patient.ndjson'), 'utf8')).toBe(
      '{"resourceType":"Patient","id":"p"}\n',
    );
  });

  test.each([
    ['right rows', ['{"a":3,"b":4}\n', '{"a":1.0,"b":2}\n'], undefined],
    ['a wrong row', ['{"a":1,"b":2}\n{"a":3,"b":5}\n'], 'expected the row {"a":3,"b":4}, got {"a":3,"b":5}'],
    ['a missing row', ['{"a":1,"b":2}\n'], 'expected 2 rows, got 1: {"a":1,"b":2}'],
    [
      'a doubled row',
      ['{"a":1,"b":2}\n', '{"a":1,"b":2}\n'],
      'expected the row {"a":3,"b":4}, got {"a":1,"b":2}',
    ],
    ['a wrong column order', ['{"b":2,"a":1}\n{"b":4,"a":3}\n'], 'expected the columns (a, b), got (b, a)'],
    ['no rows', [''], 'expected 2 rows, got 0: '],
  ])('judges %s', async (_, downloads, fault) => {
    await writeFile(join(folder, 'rows.json'), FILE);
    const cases = (await readSuite(folder)).flatMap(({ tests, resources }) =>
      tests.map((each) => runSuiteTest(each, resources, () => Promise.resolve(outcomeOf(downloads)))),
    );
    expect(await Promise.all(cases)).toEqual([fault]);
  });

  test.each(['[3]', 'null', '"a"', '{"a":'])('breaks at the line %s', (line) => {
    expect(() => outcomeOf([`${line}\n`])).toThrow(Error);
  });
});
