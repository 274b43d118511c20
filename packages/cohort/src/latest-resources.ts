import { isLater, momentOf } from '@millrace/fhir';
import type { Moment } from '@millrace/fhir';
import type { FoundResource } from './find-resources.js';

interface Latest {
  readonly resource: FoundResource;
  readonly changed: Moment | undefined;
}

/**
 * The latest version of each wanted resource, as `packages/run/src/versions` chooses it. All of the input is read before the
 * first one is known. Ids that are wanted meanwhile are left to the next reading.
 *
 * @param find the resources with some ids, in input order
 * @param at versions that were changed later do not count; in milliseconds since the epoch
 */
export async function* latestResources(
  find: (asked: ReadonlySet<string>) => AsyncIterable<FoundResource>,
  wanted: ReadonlySet<string>,
  at: number,
): AsyncGenerator<FoundResource, void, undefined> {
  const until = momentOf(new Date(at).toISOString());
  const latest = new Map<string, Latest>();
  for await (const resource of find(new Set(wanted))) {
    const changed = changeOf(resource);
    if (changed !== undefined && until !== undefined && isLater(changed, until)) continue;
    const known = latest.get(resource.id)?.changed;
    const isOlder = known !== undefined && (changed === undefined || isLater(known, changed));
    if (!isOlder) latest.set(resource.id, { resource, changed });
  }
  for (const { resource } of latest.values()) yield resource;
}

function changeOf({ meta }: FoundResource): Moment | undefined {
  if (typeof meta !== 'object' || meta === null) return undefined;
  const { lastUpdated } = meta as { readonly lastUpdated?: unknown };
  return typeof lastUpdated === 'string' ? momentOf(lastUpdated) : undefined;
}
