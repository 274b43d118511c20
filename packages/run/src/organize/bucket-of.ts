/** The bucket of a patient. Equal in all processes of all versions that may work on one export. */
export function bucketOf(patient: string, buckets: number): number {
  return hashOf(patient) % buckets;
}

/** The share of a bucket that a patient is in, of as many as it is read in. */
export function shareOf(patient: string, buckets: number, shares: number): number {
  return Math.floor(hashOf(patient) / buckets) % shares;
}

/** FNV-1a of 32 bits, mixed at the end, so that shares of a bucket are even too. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
