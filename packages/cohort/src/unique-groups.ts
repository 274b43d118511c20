import { RepeatedGroupError } from './errors.js';
import type { FoundResource } from './find-resources.js';

/**
 * The groups with wanted ids, of a source that has one version of each. All of the input is read, so that a second group of one
 * id is found. Ids that are wanted meanwhile are left to the next reading.
 *
 * @param find the groups with some ids, in input order
 * @throws RepeatedGroupError, which may be behind the first of them
 */
export async function* uniqueGroups(
  find: (asked: ReadonlySet<string>) => AsyncIterable<FoundResource>,
  wanted: ReadonlySet<string>,
): AsyncGenerator<FoundResource, void, undefined> {
  const found = new Set<string>();
  for await (const group of find(new Set(wanted))) {
    if (found.has(group.id)) throw new RepeatedGroupError(group.id);
    found.add(group.id);
    yield group;
  }
}
