import * as z from 'zod';
import { answeredText, jsonOf } from './answered-resource.js';
import { askPatiently, type PatientOptions } from './ask-patiently.js';
import { UnexpectedAnswerError } from './errors.js';

const MOST_PAGES = 10_000;

const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z
    .array(
      z.looseObject({
        resource: z.looseObject({ resourceType: z.string() }).optional(),
        search: z.looseObject({ mode: z.string().optional() }).optional(),
        request: z.looseObject({ method: z.string(), url: z.string() }).optional(),
        response: z
          .looseObject({
            status: z.string(),
            location: z.string().optional(),
            etag: z.string().optional(),
            lastModified: z.string().optional(),
            outcome: z.unknown().optional(),
          })
          .optional(),
      }),
    )
    .default([]),
});

/** A Bundle, as far as it is read. */
export type Bundle = z.infer<typeof bundleSchema>;

/**
 * The pages of a search or a history, as they are read.
 *
 * @throws UnexpectedAnswerError, also when a next page is at another origin than the first one
 */
export async function* bundlePages(first: string, options: PatientOptions): AsyncGenerator<Bundle> {
  const seen = new Set<string>();
  for (let url: string | undefined = first; url !== undefined;) {
    if (seen.has(url) || seen.size === MOST_PAGES)
      throw new UnexpectedAnswerError(url, 'a page before it, or too many pages', 'a next page');
    seen.add(url);
    const at = url;
    const text = await askPatiently(() => answeredText('GET', at, options, {}), options, 'any');
    const bundle = readBundle(text, url);
    yield bundle;
    url = nextPage(bundle, url);
  }
}

/** @throws UnexpectedAnswerError */
export function readBundle(text: string, url: string): Bundle {
  const read = bundleSchema.safeParse(jsonOf(text, url));
  if (read.success) return read.data;
  throw new UnexpectedAnswerError(url, `no Bundle (${z.prettifyError(read.error)})`, 'a Bundle');
}

/** A page elsewhere would not get the token, and is no answer of this server. */
function nextPage({ link }: Bundle, url: string): string | undefined {
  const given = link.find(({ relation }) => relation === 'next')?.url;
  if (given === undefined) return undefined;
  const next = URL.canParse(given, url) ? new URL(given, url) : undefined;
  const { origin } = new URL(url);
  if (next?.origin === origin) return next.href;
  throw new UnexpectedAnswerError(url, `a next page at ${JSON.stringify(given)}`, `one at ${origin}`);
}
