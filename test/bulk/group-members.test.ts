import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { idView } from '../e2e/id-view.js';
import { idsIn } from '../e2e/ids-in.js';
import { startTestStack } from '../e2e/test-stack.js';
import { download, kickOff } from '../e2e/wire.js';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';
import { compartmentOf, compartmentResources } from './compartment-oracle.js';
import { differenceOf, NONE } from './difference-of.js';
import { exportByGuide } from './guide-client.js';
import { SINCE, writeGroupedData, type CopiedResource, type GroupedData } from './grouped-data.js';

/** Of groups only the one that is exported: others name people who are no members of it. */
const isOfExport = ({ type, resource }: CopiedResource): boolean =>
  type !== 'Group' || resource.id === 'cohort';

/** A copy of public data with groups, exported by group, against the R4 compartment read by hand. */
describeWithSynthea('an export of a group with periods, nested groups and a cycle', () => {
  let folder: string;
  let data: GroupedData;
  let stack: LocalStack;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-grouped-'));
    data = await writeGroupedData(SYNTHEA, folder);
    // Existence and members come from the id index alone.
    stack = await startTestStack({ data: folder, workers: 1, environment: { KICK_OFF_LOOKUP_BYTES: '0' } });
  }, 120_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const exported = async (parameters: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => {
    const { lines } = await exportByGuide(stack.api.fhirUrl, 'Group/cohort/$export', parameters);
    return [...lines.values()].flat().sort();
  };

  test('has exactly the resources in the compartments of its members', async () => {
    expect(data.members.size).toBeGreaterThan(30);
    expect(data.others.size).toBeGreaterThanOrEqual(30);
    const wanted = compartmentOf(data.resources, data.members, isOfExport);
    expect(wanted.length).toBeGreaterThan(10_000);
    expect(differenceOf(await exported(), wanted)).toEqual(NONE);
  }, 120_000);

  test.each(['ndjson', 'json', 'csv', 'parquet'])(
    'as rows in %s names nothing that is of nobody of the group, in any output',
    async (format) => {
      const types = [...new Set(data.resources.map(({ type }) => type))];
      const more = [{ name: 'group', valueReference: { reference: 'Group/cohort' } }];
      const request = { views: types.map((type) => idView(type)), format, more };
      const { outputs } = await download(await kickOff(stack.api.fhirUrl, request));
      const wanted = idsByType(compartmentResources(data.resources, data.members, isOfExport));
      const found = await Promise.all(
        types.map(async (type): Promise<[string, readonly unknown[]]> => {
          const ids = await idsIn(format, outputs.get(idView(type).name));
          return [type, ids.toSorted()];
        }),
      );
      expect(found.length).toBe(outputs.size);
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(types.map((type) => [type, wanted[type] ?? []])),
      );
      const strangers = new Set(data.others);
      expect(Object.fromEntries(found)['Patient']?.filter((id) => strangers.has(String(id)))).toEqual([]);
    },
    120_000,
  );

  test('since a time has what changed later, and all that is of members who joined later', async () => {
    expect(data.joinedLater.size).toBeGreaterThan(3);
    const wanted = compartmentOf(data.resources, data.members, (one, patients) => {
      if (!isOfExport(one)) return false;
      const { resource } = one;
      const { lastUpdated } = resource.meta ?? {};
      const isChanged = lastUpdated === undefined || Date.parse(lastUpdated) > Date.parse(SINCE);
      // A group is in its export as what it is, and not as what is of a member.
      return isChanged || (one.type !== 'Group' && [...patients].some((id) => data.joinedLater.has(id)));
    });
    expect(wanted.length).toBeGreaterThan(3000);
    expect(wanted.length).toBeLessThan(compartmentOf(data.resources, data.members).length);
    expect(differenceOf(await exported({ _since: SINCE }), wanted)).toEqual(NONE);
  }, 120_000);
});

function idsByType(resources: readonly CopiedResource[]): Readonly<Record<string, readonly string[]>> {
  const ids: Record<string, string[]> = {};
  for (const { type, resource } of resources) (ids[type] ??= []).push(resource.id);
  return Object.fromEntries(Object.entries(ids).map(([type, of]) => [type, of.toSorted()]));
}
