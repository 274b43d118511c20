import { isJsonObject } from '@millrace/fhir';
import type { FoundResource } from '../find-resources.js';

/** A reference to a patient or a group, below whatever base. The bases of the source decide later what it means. */
const MEMBER = /(?:^|\/)(?:Patient|Group)\//;

/**
 * The elements of a Group that say who is a member when, as JSON. Left out are members who are none at any time: the inactive
 * ones, and those who are neither patients nor groups.
 */
export function indexedGroup({ id, active, meta, member }: FoundResource): Buffer {
  const lastUpdated = isJsonObject(meta) ? meta['lastUpdated'] : undefined;
  const reduced = {
    resourceType: 'Group',
    id,
    ...(active === false ? { active } : {}),
    ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }),
    member: Array.isArray(member) ? member.flatMap(indexedMember) : [],
  };
  return Buffer.from(JSON.stringify(reduced));
}

function indexedMember(member: unknown): readonly object[] {
  if (!isJsonObject(member) || member['inactive'] === true) return [];
  const { entity, period } = member;
  const reference = isJsonObject(entity) ? entity['reference'] : undefined;
  if (typeof reference !== 'string' || !MEMBER.test(reference)) return [];
  return [{ entity: { reference }, ...(isJsonObject(period) ? { period } : {}) }];
}

/** Reads what `indexedGroup` wrote. */
export function groupOf(id: string, body: Buffer): FoundResource {
  // The CRC-32 of its block has shown that these are the bytes that were written.
  return { ...(JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>), id };
}
