import * as z from 'zod';

const file = z.object({ name: z.string(), key: z.string(), rows: z.int(), sha256: z.string() });

/** The parts of `manifest.json` that are checked; read on its own, so that the product's schema is not trusted. */
const manifest = z.discriminatedUnion('outcome', [
  z.object({
    exportId: z.string(),
    outcome: z.literal('completed'),
    outputs: z.array(z.object({ name: z.string(), files: z.array(file) })),
  }),
  z.object({
    exportId: z.string(),
    outcome: z.literal('failed'),
    failure: z.object({ status: z.int(), code: z.string(), diagnostics: z.string() }),
  }),
  z.object({ exportId: z.string(), outcome: z.literal('cancelled') }),
]);

export type StoredManifest = z.infer<typeof manifest>;
export type ListedFile = z.infer<typeof file>;

/** @throws Error when the text is not a manifest */
export function parseManifest(text: string): StoredManifest {
  return manifest.parse(JSON.parse(text));
}

export function listedFiles(stored: StoredManifest | undefined): ListedFile[] {
  return stored?.outcome === 'completed' ? stored.outputs.flatMap(({ files }) => files) : [];
}
