import * as z from 'zod';
import { readListFile } from './list-file.js';
import { location, withStore } from './location.js';
import type { Location, S3Settings } from './location.js';

const destinationSchema = z.strictObject({
  /** The tenant whose exports may write tables to it. */
  tenant: z.string().min(1).default('default'),
  /** By which kick-offs choose it. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must have letters, digits, _, - and . only'),
  /** A folder or `s3://bucket/prefix`, below which each table has a folder of its name. */
  place: location,
});

const fileSchema = z.array(destinationSchema).superRefine((destinations, context) => {
  const seen = new Set<string>();
  for (const [index, { tenant, name }] of destinations.entries()) {
    const key = JSON.stringify([tenant, name]);
    if (seen.has(key))
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is given twice for its tenant' });
    seen.add(key);
  }
});

/** A place of the operator where exports of a tenant write tables. */
export type Destination = Omit<z.output<typeof destinationSchema>, 'place'> & {
  readonly place: Location & S3Settings;
};

export const destinationsSection = z
  .object({
    DESTINATIONS_FILE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'JSON file with the destinations of tables (`tableFormat`): a list of objects with `name`, `place`, a folder or `s3://bucket/prefix`, and `tenant` (by default `default`). API and workers must see the same file and places.',
      ),
  })
  .transform((env) => ({ file: env.DESTINATIONS_FILE }))
  .describe('Destinations of tables');

/** @throws ConfigurationError with all that is wrong with the file */
export async function readDestinations(
  file: string | undefined,
  s3: S3Settings,
): Promise<readonly Destination[]> {
  if (file === undefined) return [];
  const destinations = await readListFile('DESTINATIONS_FILE', file, fileSchema);
  return destinations.map(({ place, ...destination }) => ({ ...destination, place: withStore(place, s3) }));
}
