import { z } from 'zod';

export const fhirVersionSchema = z.enum(['R4', 'R5']);

/** A bucket (or a part of it) of S3 or of a server that speaks its protocol. */
export const s3LocationSchema = z.object({
  kind: z.literal('s3'),
  bucket: z.string().min(1),
  /** Empty, or ends with `/`. */
  prefix: z
    .string()
    .regex(/^$|\/$/)
    .optional(),
  /** Base URL of a server that is not AWS. */
  endpoint: z.url().optional(),
  region: z.string().optional(),
  /** Bucket in the path instead of the host name, as most servers want it. Default: whether there is an endpoint. */
  forcePathStyle: z.boolean().optional(),
  /** Default: environment, profile or role, as the AWS SDK finds them. */
  credentials: z
    .object({
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      sessionToken: z.string().optional(),
    })
    .optional(),
  /** Whether bodies carry CRC trailers, which many servers refuse. Default: `when-supported` without an endpoint. */
  checksums: z.enum(['when-required', 'when-supported']).optional(),
  /** `emulated` for servers that ignore the condition of a PUT: weaker, see `createGuarded`. Default: `native`. */
  conditionalPut: z.enum(['native', 'emulated']).optional(),
  encryption: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('sse-s3') }),
      z.object({ kind: z.literal('sse-kms'), keyId: z.string().optional() }),
    ])
    .optional(),
});
export type S3Location = z.infer<typeof s3LocationSchema>;

export const fileLocationSchema = z.object({ kind: z.literal('file'), root: z.string().min(1) });

/** Where a sink is: plain values, so that it can be posted to a worker thread. */
export const sinkConfigSchema = z.discriminatedUnion('kind', [fileLocationSchema, s3LocationSchema]);
export type SinkConfig = z.infer<typeof sinkConfigSchema>;

const sourceName = { name: z.string().min(1), fhirVersion: fhirVersionSchema };

/** Where a source is: plain values, so that it can be posted to a worker thread. */
export const sourceConfigSchema = z.discriminatedUnion('kind', [
  fileLocationSchema.extend(sourceName),
  s3LocationSchema.extend(sourceName),
]);
export type SourceConfig = z.infer<typeof sourceConfigSchema>;
