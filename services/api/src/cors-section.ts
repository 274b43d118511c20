import * as z from 'zod';

/**
 * Origins whose pages may read answers. `any` is every page. With an empty list, no page may, and no CORS
 * header is sent.
 */
export type AllowedOrigins = 'any' | readonly string[];

const allowedOrigins = z.string().transform((text, context): AllowedOrigins => {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 1 && words[0] === '*') return 'any';
  const wrong = words.find((word) => !isOrigin(word));
  if (wrong === undefined) return words;
  context.addIssue(
    `must be origins such as https://app.example, separated by white space, or * alone; "${wrong}" is not an origin`,
  );
  return z.NEVER;
});

/** A browser sends exactly this text: scheme and host in lower case, no default port, no slash at the end. */
function isOrigin(word: string): boolean {
  return /^https?:/.test(word) && URL.canParse(word) && new URL(word).origin === word;
}

export const corsSection = z
  .object({
    CORS_ORIGINS: allowedOrigins
      .optional()
      .describe(
        'Origins of web pages whose scripts may use the FHIR API, such as `https://app.example`, separated by white space; `*` allows every origin. Cookies are never allowed. By default none. It does not concern the operations listener.',
      ),
  })
  .transform((env) => ({ origins: env.CORS_ORIGINS ?? [] }))
  .describe('Web pages');
