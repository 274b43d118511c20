import { deletionsKey, ownBases, tallyNotices } from '@millrace/export';
import type { ExportRequest, Lease, Notice, Plan } from '@millrace/export';
import { countedMoment } from '@millrace/fhir';
import { PASSED_OVER, findDeletions } from '@millrace/run';
import type { FoundDeletions, PassedOverEntry } from '@millrace/run';
import { DELETED } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import type { ExecutionPorts } from '../ports.js';

/** The deletions of a plan, and what a client should know of those of the source. */
interface PlannedDeletions {
  readonly deletions?: NonNullable<Plan['deletions']>;
  readonly notices: readonly Notice[];
}

/**
 * Stores when resources of the types of a Bulk Data export were deleted, for the tasks that copy them: the last change of a
 * resource until the transaction time decides whether it is exported, or told as deleted. Other exports know no deletions.
 *
 * @throws TooManyDeletionsError; MalformedLineError, where these end an export; storage's errors
 */
export async function planDeletions(
  { store, settings }: Pick<ExecutionPorts, 'store' | 'settings'>,
  lease: Lease,
  request: ExportRequest,
  source: Source,
  stop: AbortSignal,
): Promise<PlannedDeletions> {
  const inputs = request.bulk === undefined ? [] : await source.list(DELETED);
  if (inputs.length === 0) return { notices: [] };
  const { since, until } = request.filter ?? {};
  const types = request.subjects.flatMap((subject) =>
    subject.kind === 'resources' ? [subject.resourceType] : [],
  );
  const terms = {
    types: new Set(types),
    bases: ownBases(request),
    until: until === undefined ? undefined : countedMoment(until),
    malformedLines: settings.malformedLines,
  };
  const found = await findDeletions(source, inputs, terms, stop);
  const stored: Record<string, { key: string; resources: number }> = {};
  for (const [type, { bytes, deletions }] of found.ofTypes) {
    const key = deletionsKey(request.tenant, lease, type);
    await store.createIfAbsent(key, bytes, 'must-exist');
    stored[type] = { key, resources: deletions };
  }
  return {
    ...(found.ofTypes.size === 0 ? {} : { deletions: stored }),
    notices: [
      ...passedOver(found),
      ...(since === undefined ? [...undated(found), ...unread(found)] : timeless(found)),
    ],
  };
}

const REASONS: Readonly<Record<PassedOverEntry, string>> = {
  'other method': 'their request has another method than DELETE',
  'other base': 'their resource is behind a base that is none of the source',
  'one version': 'they delete one version of a resource',
  search: 'they delete what a search finds',
  'no address': 'their request.url is not Type/id',
};

function passedOver({ passedOver: counts }: FoundDeletions): readonly Notice[] {
  return PASSED_OVER.flatMap((reason): Notice[] => {
    const count = counts.get(reason) ?? 0;
    const diagnostics = `entries of the deletions of the source were skipped, because ${REASONS[reason]}: ${count}`;
    return count === 0 ? [] : [{ kind: 'skipped-line', diagnostics, count }];
  });
}

/** The tasks that tell deletions count the Bundles whose time is no instant, as they do for resources of any type. */
function timeless({ undated: { missing: count } }: FoundDeletions): readonly Notice[] {
  const diagnostics = `Bundles of deletions passed _since because they have no meta.lastUpdated: ${count}`;
  return count === 0 ? [] : [{ kind: 'unreadable-date', diagnostics, expression: '_since', count }];
}

/** Without `_since` no task reads the Bundles again. */
function undated({ undated: { missing, unreadable } }: FoundDeletions): readonly Notice[] {
  const reasons = [
    ['they have no meta.lastUpdated', missing],
    ['their meta.lastUpdated is not an instant', unreadable],
  ] as const;
  return reasons.flatMap(([reason, count]): Notice[] => {
    const diagnostics = `Bundles of deletions count as earlier than every change of a resource because ${reason}: ${count}`;
    return count === 0 ? [] : [{ kind: 'unreadable-date', diagnostics, count }];
  });
}

/** Lines that no task reads again, which would count them. */
function unread({ tallies }: FoundDeletions): readonly Notice[] {
  return tallyNotices(tallies.map(({ input, tally }) => ({ input, resourceType: DELETED, pass: 0, tally })));
}
