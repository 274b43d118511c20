/** Ways of real servers that differ from S3. Every server is allowed small pages. */
export interface Quirks {
  /** Takes conditional writes without looking at their conditions, as some servers do. */
  readonly ignoreConditions: boolean;
  /** Most entries in a page of a listing; at most 1,000. */
  readonly pageSize: number;
  /** Leaves the ETag out of the answer that completes an upload, as the Ceph gateway does. */
  readonly omitCompletedTag: boolean;
  /** Buckets keep replaced and removed objects as versions. */
  readonly keepVersions: boolean;
  /** Forgets the bytes of parts, and gives zeros. Sizes and tags stay. */
  readonly sparse: boolean;
}

export const LIKE_S3: Quirks = {
  ignoreConditions: false,
  pageSize: 1000,
  omitCompletedTag: false,
  keepVersions: false,
  sparse: false,
};
