import type { Request } from 'express';
import * as z from 'zod';
import { AdminError } from './errors.js';

const MAX_COUNT = 1_000;

/** `_count` and `_cursor`, as every listing takes them. */
export const pageSchema = z.strictObject({
  _count: z.coerce.number().int().min(1).max(MAX_COUNT).default(100),
  _cursor: z.string().min(1).max(200).optional(),
});

/** @throws AdminError 400 that names the parameter */
export function readQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const read = schema.safeParse(request.query);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new AdminError(
    400,
    `query${place === '' ? '' : ` parameter ${place}`}: ${issue?.message ?? 'not understood'}`,
  );
}
