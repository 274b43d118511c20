import type { Canonical } from '@millrace/fhir';
import type { StoredVersion } from './stored-version.js';

/** Better first; a status that is not listed comes last. */
const STATUS_ORDER = ['active', 'draft', 'unknown', 'retired'];

/**
 * The definition that a canonical URL names (https://hl7.org/fhir/references.html#canonical-matching). With a
 * version it is exactly that one; without one, an active definition comes before a draft, and among equals
 * the highest version wins.
 */
export function chooseByCanonical(
  candidates: Iterable<StoredVersion>,
  { url, version }: Canonical,
): StoredVersion | undefined {
  const matching = [...candidates].filter(
    ({ content }) =>
      content?.resource['url'] === url && (version === undefined || content.resource['version'] === version),
  );
  return matching.sort(betterFirst)[0];
}

function betterFirst(one: StoredVersion, other: StoredVersion): number {
  return (
    statusRank(one) - statusRank(other) ||
    compareVersions(businessVersion(other), businessVersion(one)) ||
    Date.parse(other.lastUpdated) - Date.parse(one.lastUpdated)
  );
}

/** The empty text for one without a version. */
export function businessVersion({ content }: StoredVersion): string {
  const version = content?.resource['version'];
  return typeof version === 'string' ? version : '';
}

function statusRank({ content }: StoredVersion): number {
  const status = content?.resource['status'];
  const rank = STATUS_ORDER.indexOf(typeof status === 'string' ? status : 'unknown');
  return rank < 0 ? STATUS_ORDER.length : rank;
}

/**
 * Compares dot-separated versions part by part, numbers as numbers: `1.10.0` is above `1.9`. A version with a
 * pre-release (`2.0.0-ballot`) is below the one without.
 */
export function compareVersions(one: string, other: string): number {
  const [oneRelease, onePre] = splitPreRelease(one);
  const [otherRelease, otherPre] = splitPreRelease(other);
  return (
    compareParts(oneRelease, otherRelease) ||
    Number(onePre === '') - Number(otherPre === '') ||
    compareParts(onePre, otherPre)
  );
}

function splitPreRelease(version: string): [string, string] {
  // A date such as 2026-11-20 has hyphens, but no pre-release.
  if (/^\d{4}-\d\d/.test(version)) return [version.replaceAll('-', '.'), ''];
  const hyphen = version.indexOf('-');
  return hyphen < 0 ? [version, ''] : [version.slice(0, hyphen), version.slice(hyphen + 1)];
}

function compareParts(one: string, other: string): number {
  const ones = one.split('.');
  const others = other.split('.');
  for (let at = 0; at < Math.max(ones.length, others.length); at += 1) {
    const left = ones[at] ?? '';
    const right = others[at] ?? '';
    if (left === right) continue;
    const areNumbers = /^\d*$/.test(left) && /^\d*$/.test(right);
    const order = areNumbers ? Number(left) - Number(right) : left < right ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
}
