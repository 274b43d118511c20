import * as z from 'zod';
import { manifestFileSchema } from './manifest.js';

/** One file of a page: as the manifest will list it, and the index of its subject in the request. */
const pageFileSchema = manifestFileSchema.extend({ subject: z.int().min(0) });
export type PageFile = z.infer<typeof pageFileSchema>;

/**
 * A page of the manifest of an export that gives its files out while it runs. It is an object of its own, created if
 * absent, and nobody ever overwrites it. Page _n_ goes on with the shard where page _n - 1_ ended, so that no file is in
 * two pages. The manifest at the end takes over the files of all pages.
 */
export const manifestPageSchema = z.object({
  schemaVersion: z.literal(1),
  exportId: z.string(),
  /** From 0. */
  page: z.int().min(0),
  /** The page has all files of the shards from `first` up to and without `end`. */
  first: z.int().min(0),
  end: z.int().min(0),
  /** In the order of the input. */
  files: z.array(pageFileSchema),
  /** How many files of each subject this page and those before it have. */
  named: z.array(z.int().min(0)),
});
export type ManifestPage = z.infer<typeof manifestPageSchema>;
