import type { FhirVersion } from './source.js';

export interface FileLocation {
  readonly kind: 'file';
  readonly root: string;
  /** Other users may read its files, as far as the umask of the process lets them. Default: their owner only. */
  readonly isReadable?: boolean;
}

/** A bucket, or a part of it, of S3 or of a server that speaks its protocol. */
export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** Empty (the default), or ends with `/`. */
  readonly prefix?: string;
  /** Base URL of a server that is not AWS. */
  readonly endpoint?: string;
  /** Default: as the AWS SDK finds it; `us-east-1` with an endpoint. */
  readonly region?: string;
  /** Bucket in the path instead of the host name. Default: whether there is an endpoint. */
  readonly forcePathStyle?: boolean;
  /** Default: environment, profile or role, as the AWS SDK finds them. */
  readonly credentials?: S3Credentials;
  /** Whether requests carry CRCs, which some servers refuse. Default: `when-supported` without an endpoint. */
  readonly checksums?: 'when-required' | 'when-supported';
  /** `emulated` is for servers that ignore the condition of a PUT, and weaker: see `createGuarded`. */
  readonly conditionalPut?: 'native' | 'emulated';
  /** Default: the setting of the bucket. */
  readonly encryption?: { readonly kind: 'sse-s3' } | { readonly kind: 'sse-kms'; readonly keyId?: string };
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where a sink is: plain values, so that it can be posted to a worker thread. */
export type SinkConfig = (FileLocation | S3Location) & {
  /** Id in the marker of the store; with it, nothing else is written or believed. */
  readonly storeId?: string;
};

/** Where a source is: plain values, so that it can be posted to a worker thread. */
export type SourceConfig = (FileLocation | S3Location) & {
  readonly name: string;
  readonly fhirVersion: FhirVersion;
  /** Most decompressed bytes for a stored one of its gzip files. Absent: any number. */
  readonly gzipRatio?: number;
};
