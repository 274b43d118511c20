import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { buildIndex, indexKey } from '@millrace/cohort';
import { openSource } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import { createMemorySource } from '@millrace/storage/memory';
import { until } from '../until.js';
import { outcomeOf, patientView } from './requests.js';
import { limitOf, postRun, runBody } from './run-requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  const lines = ['p1', 'p2', 'p3'].map((id) => `${JSON.stringify({ resourceType: 'Patient', id })}\n`);
  await writeFile(join(platform.data, 'Patient.ndjson'), lines.join(''));
  api = await platform.start();
});

afterAll(() => platform.close());

const run = (more: readonly object[]) => postRun(`${api.fhirUrl}/$sql-run`, runBody(more, patientView));

describe('a run by patients and groups', () => {
  const patientNamed = (id: string): object => ({
    name: 'patient',
    valueReference: { reference: `Patient/${id}` },
  });
  const groupNamed = (id: string): object => ({
    name: 'group',
    valueReference: { reference: `Group/${id}` },
  });
  const idsIn = async (response: Response): Promise<string[]> =>
    [...(await response.text()).matchAll(/"id":"(\w+)"/g)].map(([, id = '']) => id);

  beforeAll(async () => {
    const entity = (reference: string): object => ({ entity: { reference } });
    const groups = [
      { resourceType: 'Group', id: 'g', member: [entity('Patient/p2'), entity('Group/inner')] },
      { resourceType: 'Group', id: 'inner', member: [entity('Patient/p1')] },
    ];
    const lines = groups.map((group) => `${JSON.stringify(group)}\n`).join('');
    await writeFile(join(platform.data, 'Group.ndjson'), lines);
    await writeFile(
      join(platform.data, 'Organization.ndjson'),
      '{"resourceType":"Organization","id":"o1"}\n',
    );
  });

  it('has rows of these alone', async () => {
    expect(await idsIn(await run([patientNamed('p1'), patientNamed('p2')]))).toEqual(['p1', 'p2']);
    expect(await idsIn(await run([groupNamed('g')]))).toEqual(['p1', 'p2']);
    expect(await idsIn(await run([groupNamed('g'), patientNamed('p1'), patientNamed('p3')]))).toEqual(['p1']);
    expect(await idsIn(await run([groupNamed('inner'), limitOf(1)]))).toEqual(['p1']);
  });

  it('has no rows of a type that is in no compartment', async () => {
    const organizations = { ...patientView, resource: 'Organization' };
    const url = `${api.fhirUrl}/$sql-run`;
    expect(await (await postRun(url, runBody([], organizations))).text()).toBe('{"id":"o1"}\n');
    expect(await (await postRun(url, runBody([patientNamed('p1')], organizations))).text()).toBe('');
  });

  it('has of the type Group the named ones alone, and none that names others', async () => {
    const groups = { ...patientView, resource: 'Group' };
    const ids = async (...more: object[]): Promise<string[]> =>
      idsIn(await postRun(`${api.fhirUrl}/$sql-run`, runBody(more, groups)));
    expect(await ids(groupNamed('inner'))).toEqual(['inner']);
    expect(await ids(groupNamed('g'), groupNamed('inner'))).toEqual(['g', 'inner']);
    expect(await ids(patientNamed('p1'))).toEqual(['inner']);
    expect(await ids(groupNamed('g'), patientNamed('p1'))).toEqual([]);
    expect(await ids(groupNamed('inner'), patientNamed('p1'))).toEqual(['inner']);
    expect(await ids(groupNamed('g'), patientNamed('p2'))).toEqual(['g']);
  });

  it('filters the resources of the request too', async () => {
    const given = ['p1', 'x9'].map((id) => ({ name: 'resource', resource: { resourceType: 'Patient', id } }));
    expect(await idsIn(await run([...given, patientNamed('x9')]))).toEqual(['x9']);
    expect(await idsIn(await run([...given, groupNamed('g')]))).toEqual(['p1']);
  });

  it.each([
    ['patient', patientNamed('nobody')],
    ['group', groupNamed('nobody')],
  ])('is refused for a %s that the source does not have', async (expression, parameter) => {
    const response = await run([parameter]);
    expect(response.status).toBe(400);
    const [issue] = (await outcomeOf(response)).issue;
    expect([issue?.code, issue?.expression]).toEqual(['not-found', [expression]]);
  });
});

describe('the id index of a source', () => {
  /** An index of a file of groups that says something else than the file, so that it shows who answers. */
  async function indexGroups(member: readonly object[]): Promise<string> {
    const file = openSource({ kind: 'file', root: platform.data, name: 'default', fhirVersion: 'R4' });
    const [input] = await file.list('Group');
    if (input === undefined) throw new Error('there is no file of groups');
    const line = JSON.stringify({ resourceType: 'Group', id: 'g', member });
    const files = new Map([[input.key, Buffer.from(line.padEnd(input.bytes))]]);
    const source = createMemorySource({ name: 'default', fhirVersion: 'R4', files });
    const [content] = await source.list('Group');
    if (content === undefined) throw new Error('there is no content');
    const pinned: Source = { ...source, read: (_, ...range) => source.read(content, ...range) };
    const task = { source: 'default', resourceType: 'Group', input, forMs: 60_000 } as const;
    const ports = {
      source: pinned,
      store: platform.store,
      now: () => 0,
      stopIfTold: () => undefined,
      onUpload: () => undefined,
    };
    expect(await buildIndex(task, ports)).toMatchObject({ kind: 'built', isWhole: true });
    return indexKey({ source: file, resourceType: 'Group', input });
  }

  it('says whom a run by a group is about, and a damaged one says nothing and is removed', async () => {
    const group = { name: 'group', valueReference: { reference: 'Group/g' } };
    const idsOf = async (): Promise<unknown[]> =>
      [...(await (await run([group])).text()).matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
    const line = JSON.stringify({
      resourceType: 'Group',
      id: 'g',
      member: [{ entity: { reference: 'Patient/p2' } }],
    });
    await writeFile(join(platform.data, 'Group.ndjson'), `${line}\n`);
    await indexGroups([{ entity: { reference: 'Patient/p1' } }]);
    expect(await idsOf()).toEqual(['p1']);
    await writeFile(join(platform.data, 'Group.ndjson'), `${line}\n\n`);
    const key = await indexGroups([{ entity: { reference: 'Patient/p1' } }]);
    await writeFile(join(platform.out, key), 'nothing');
    expect(await idsOf()).toEqual(['p2']);
    await until(async () => (await platform.store.stat(key)) === undefined);
  });
});
