import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compressionOf, typesOfKey } from './file-name.js';
import { isResourceType } from './resource-types.js';
import { isUnread } from './unread-file.js';

const type = fc.constantFrom('Patient', 'Observation', 'MedicationRequest', 'List', 'Group', 'Basic');
const separator = fc.constantFrom('.', '-', '_', ' ', '--', ' (', '__');
const counter = fc.oneof(
  fc.nat().map(String),
  fc.nat({ max: 99_999 }).map((n) => String(n).padStart(5, '0')),
  fc.uuid(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().replace(/[:.]/g, '')),
  fc.constantFrom('part', '1-of-3', 'c000', 'v2'),
);
const spread = fc.tuple(counter, separator);
const freeText = fc.stringMatching(/^[a-z][a-z0-9 ,'-]{0,20}$/);
const inAnyCase = (text: string) => fc.mixedCase(fc.constant(text));
const compression = fc.constantFrom('', '.gz').chain(inAnyCase);
const ending = fc
  .tuple(fc.constantFrom('.ndjson', '.jsonl').chain(inAnyCase), compression)
  .map((parts) => parts.join(''));

/** `[counters sep] Type [digits] [sep counters] [.free text] ending` and its meaning. */
const fileName = fc
  .record({
    before: fc.array(spread, { maxLength: 2 }),
    type,
    digits: fc.constantFrom('', '1', '007'),
    after: fc.array(spread, { maxLength: 2 }),
    text: fc.option(freeText),
    ending,
  })
  .map(({ before, type, digits, after, text, ending }) => ({
    type,
    ending,
    key: [
      ...before.flat(),
      `${type}${digits}`,
      ...after.flatMap(([count, gap]) => [gap, count]),
      text === null ? '' : `.${text}`,
      ending,
    ].join(''),
  }));

const inFolder = fc
  .record({
    type,
    folderEnding: fc.constantFrom('', '.ndjson', '.jsonl', '.json', '.txt', '.ndjson.gz'),
    inner: fc.array(fc.stringMatching(/^[a-z0-9][a-z0-9=-]{0,9}$/), { maxLength: 2 }),
    name: fc.oneof(
      fc.tuple(fc.stringMatching(/^[a-zA-Z0-9][ \w-]{0,20}$/), ending).map((parts) => parts.join('')),
      fc
        .tuple(counter, fc.constantFrom('', '.json', '.txt', '.ndjson'), compression)
        .map(([count, plain, gzip]) => `part-${count}${plain}${gzip}`),
      fc
        .tuple(fc.uuid(), fc.nat(), fc.constantFrom('', '.json', '.txt'), compression)
        .map(([id, n, plain, gzip]) => `part-00000-${id}.c${String(n).padStart(3, '0')}${plain}${gzip}`),
    ),
  })
  .map(({ type, folderEnding, inner, name }) => ({
    type,
    key: [`${type}${folderEnding}`, ...inner, name].join('/'),
  }));

const anyKey = fc
  .array(fc.oneof(type, counter, separator, ending, fc.string({ unit: 'binary' }), fc.constant('/')))
  .map((pieces) => pieces.join(''));

describe('the names of files', () => {
  it('tell the type wherever it stands among counters, in every ending', () => {
    fc.assert(
      fc.property(fileName, ({ key, type, ending }) => {
        expect([key, typesOfKey(key)[0]]).toEqual([key, type]);
        expect(compressionOf(key)).toBe(ending.toLowerCase().endsWith('.gz') ? 'gzip' : 'none');
        expect(isUnread(key, [type])).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('have the type of the top folder, with any folders between', () => {
    fc.assert(
      fc.property(inFolder, ({ key, type }) => {
        expect([key, typesOfKey(key)]).toEqual([key, [type]]);
        expect(isUnread(key, [type])).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('are never taken for a type that is not a word of them', () => {
    const grown = fc
      .tuple(fileName, fc.constantFrom('Foo', 'foo', 'É', 's'), fc.boolean())
      .map(([{ key, type }, more, isBefore]) => key.replace(type, isBefore ? `x${type}` : `${type}${more}`));
    fc.assert(
      fc.property(grown, (key) => {
        expect([key, typesOfKey(key).filter(isResourceType)]).toEqual([key, []]);
        expect([key, isUnread(key, ['Patient'])]).toEqual([key, true]);
      }),
      { numRuns: 1000 },
    );
  });

  it('of any form are read, named, or neither, and never both', () => {
    fc.assert(
      fc.property(anyKey, type, (key, wanted) => {
        expect([key, typesOfKey(key).includes(wanted) && isUnread(key, [wanted])]).toEqual([key, false]);
      }),
      { numRuns: 2000 },
    );
  });

  it('that end as lines do are always read or named', () => {
    const free = fc.tuple(fc.stringMatching(/^[A-Za-z0-9][\w. -]{0,30}$/), ending);
    fc.assert(
      fc.property(free, ([stem, end]) => {
        const key = stem + end;
        fc.pre(!/^(?:log(?:\.\d+)?\.ndjson)$/.test(key));
        expect([key, typesOfKey(key).some(isResourceType) || isUnread(key, ['Patient'])]).toEqual([
          key,
          true,
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are told in no time, however long they are', () => {
    for (const piece of ['1-', 'abcd.', '-', 'Patient1_', 'of part ', '1234abcd']) {
      expect(typesOfKey(`${piece.repeat(500)}.ndjson`)).toEqual(piece === 'Patient1_' ? ['Patient'] : []);
      expect(typesOfKey(`${piece.repeat(500)}!.ndjson`)).toEqual([]);
    }
  });

  it.each([
    ['Patient-old.ndjson', [], 'free text needs a dot, because a copy would give rows twice'],
    ['Patient.old.ndjson', ['Patient'], ''],
    ['Group.Patient.ndjson', ['Group', 'Patient'], 'the resources decide'],
    ['MimicPatient.ndjson.gz', ['MimicPatient'], 'which no view is over'],
    ['Foo.ndjson', ['Foo'], 'for views over types that FHIR does not know'],
    ['Patient', ['Patient'], ''],
    ['LICENSE', [], ''],
    ['Foo', [], ''],
    ['Patient.txt', [], ''],
    ['Observation.old/1.ndjson', [], 'a folder has the type and an ending, nothing else'],
    ['Observation/Patient.ndjson', ['Observation'], 'the folder decides'],
    ['export/Patient.ndjson', [], ''],
    ['_Patient.ndjson', [], ''],
    ['Patient/_locality=x/part-00000', ['Patient'], 'as Spark reads'],
    ['log.ndjson', [], ''],
  ])('%s is an input of %j %s', (key, types) => {
    expect(typesOfKey(key)).toEqual(types);
  });

  it.each([
    'Patient.ndjson.bz2',
    'Patient.ndjson.zst',
    'Patient.parquet',
    'Bundle.json',
    'export.zip',
    'Patient.txt',
    'Patient.csv',
    'all.csv.gz',
    'export.tsv',
    'export.rar',
    'Patient/part-00000.zst',
    'Patient/part-0.csv',
    'job-1/1.Patient.ndjson',
    'job-1/Patient/part-00000',
    '2026/north/Patient.ndjson.gz',
    'job-1/export.zip',
    'Patient.ndj',
    'Patient.ldjson',
    'Patient.jsonlines',
    '1.Patient.dat',
    'x/Patient.data',
    'Patient/000000_0',
    'Patient/00001',
    'Patient/a',
    'Patient/2026/chunk.dat',
    'Patient.ndjson/x.fhir',
    'Patient.ndjson.gz.part',
    'Patient.ndjson (1)',
    'patient.ndjson',
    '6e0a.ndjson',
    '_Patient.ndjson',
    'Patient.json',
    'Patient-all',
    'Bundle.ndjson',
    'north/Patient.ndjson',
    'Patient/a.zip',
    'part-00000',
  ])('%s is named as data that is not read', (key) => {
    expect(isUnread(key, ['Patient'])).toBe(true);
  });

  it.each([
    'README.md',
    '.Patient.ndjson',
    '_SUCCESS',
    'Patient/_SUCCESS',
    'Patient.ndjson.crc',
    'notes.txt',
    'manifest.json',
    'Patient.md',
    'Patient/README',
    'Patient/notes.html',
    'Patient/_temporary/0',
    'Patient/_committed_1',
    'Encounter/000000_0',
    'Encounter.ndj',
    'x.dat',
    'log.0001.ndjson',
    'Encounter.ndjson',
    'Encounter/part-00000.json',
    'Patient.ndjson',
  ])('%s is not', (key) => {
    expect(isUnread(key, ['Patient'])).toBe(false);
  });
});

describe('files with deletions', () => {
  it.each(['deleted.ndjson', 'deleted.jsonl.gz', 'deleted/1.ndjson', 'deleted/2026/part-0001.gz'])(
    'are listed: %s',
    (key) => {
      expect(typesOfKey(key)).toEqual(['deleted']);
      expect(isUnread(key, ['Patient'])).toBe(false);
    },
  );

  it.each(['old/deleted.ndjson', 'deleted-1.ndjson', 'deleted.json'])(
    'are not those of other names: %s',
    (key) => {
      expect(typesOfKey(key)).toEqual([]);
      expect(isUnread(key, ['Patient'])).toBe(true);
    },
  );
});
