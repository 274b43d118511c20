import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../contract/temporary-folder.js';
import { SourceUnavailableError } from '../errors.js';
import { createFileSource } from './file-source.js';
import { sourcesFromDirectory } from './sources-from-directory.js';

describe('sources from a data folder', () => {
  it.each([
    ['resource files are one source', ['Patient.ndjson', 'Observation.ndjson.gz'], { default: '.' }],
    [
      'folders of resource types are one source',
      ['Patient/1.ndjson', 'Observation/Observation.0.ndjson'],
      { default: '.' },
    ],
    [
      'folders that Spark writes are one source',
      ['Patient.ndjson/part-00000', 'Patient.ndjson/_SUCCESS', 'Observation.ndjson/_SUCCESS'],
      { default: '.' },
    ],
    ['files of a bulk data client are one source', ['1.Patient.ndjson', 'error/1.ndjson'], { default: '.' }],
    [
      'a folder whose name is no type is a source',
      ['Hospital/1.ndjson', 'Patient/1.ndjson'],
      { Hospital: 'Hospital', Patient: 'Patient' },
    ],
    ['files beside folders are one source', ['Patient.ndjson', 'Observation/1.ndjson'], { default: '.' }],
    [
      'deletions beside folders of types are of the one source',
      ['Patient/1.ndjson', 'deleted/1.ndjson'],
      { default: '.' },
    ],
    ['an empty folder is one source', [], { default: '.' }],
    [
      'other folders are one source each, ordered by name',
      ['west/Patient.ndjson', 'East/Patient.ndjson', 'north/Observation/1.ndjson', '.git/x', 'README.md'],
      { East: 'East', north: 'north', west: 'west' },
    ],
    [
      'the one named default comes first',
      ['alpha/Patient.ndjson', 'default/Patient.ndjson'],
      { default: 'default', alpha: 'alpha' },
    ],
    [
      'a folder with a name like a type is a source when it holds files of several types',
      ['Hospital/Patient.ndjson', 'Hospital/Observation.ndjson'],
      { Hospital: 'Hospital' },
    ],
  ])('%s', async (_title, files, expected) => {
    await using folder = await temporaryFolder();
    for (const file of files) {
      await mkdir(dirname(join(folder.path, file)), { recursive: true });
      await writeFile(join(folder.path, file), '');
    }
    const found = await sourcesFromDirectory(folder.path, 'R5');
    expect(found.beside).toMatchObject({ names: [], count: 0 });
    expect(found.sources).toEqual(
      Object.entries(expected).map(([name, path]) => {
        return { kind: 'file', name, root: join(folder.path, path), fhirVersion: 'R5' };
      }),
    );
  });

  it('follows a link to the folder of a source', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'disk/north'), { recursive: true });
    await mkdir(join(folder.path, 'data'));
    await writeFile(join(folder.path, 'disk/north/Patient.ndjson'), '{}\n');
    await symlink('../disk/north', join(folder.path, 'data/north'));
    const root = join(folder.path, 'data/north');
    const { sources } = await sourcesFromDirectory(join(folder.path, 'data'), 'R4');
    const [source] = sources;
    expect(source).toEqual({ kind: 'file', name: 'north', root, fhirVersion: 'R4' });
    expect(await createFileSource({ name: 'north', root, fhirVersion: 'R4' }).list('Patient')).toHaveLength(
      1,
    );
  });

  it('names files that look like data beside folders that are sources', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'north'));
    for (const file of ['north/Patient.ndjson', 'north.zip', 'Patient.csv', 'README.md', 'north.zip.md5'])
      await writeFile(join(folder.path, file), '');
    const { sources, beside } = await sourcesFromDirectory(folder.path, 'R4');
    expect(sources.map(({ name }) => name)).toEqual(['north']);
    expect(beside).toMatchObject({ names: ['Patient.csv', 'north.zip'], count: 2 });
  });

  it('needs a folder', async () => {
    await using folder = await temporaryFolder();
    await expect(sourcesFromDirectory(join(folder.path, 'none'), 'R4')).rejects.toThrow(
      SourceUnavailableError,
    );
  });
});
