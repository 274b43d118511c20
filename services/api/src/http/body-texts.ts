import { STORED_TYPES } from '@millrace/protocol';
import type { Request, Response } from 'express';
import type { WantedTexts } from './read-json.js';

const STORED = new RegExp(`^/fhir/(?:${STORED_TYPES.join('|')})(?:/[^/]+)?(?:/\\$validate)?/?$`);

/** Whether a request stores resources, which are kept as they are written, and where its body has them. */
export function wantedTexts({
  method,
  path,
}: {
  readonly method?: string | undefined;
  readonly path: string;
}): WantedTexts | undefined {
  if (method !== 'POST' && method !== 'PUT') return undefined;
  if (/^\/fhir\/?$/.test(path)) return 'entries';
  return STORED.test(path) ? 'resource' : undefined;
}

/** The texts that a request has in its body; none for one without, or of another media type. */
export function bodyTextsOf({ locals }: Pick<Response, 'locals'>): readonly (string | undefined)[] {
  const texts: unknown = locals['bodyTexts'];
  return Array.isArray(texts) ? (texts as readonly (string | undefined)[]) : [];
}

/** The resource in a body, with its text. */
export function givenResource(
  request: Pick<Request, 'body'>,
  response: Pick<Response, 'locals'>,
): { readonly tree: unknown; readonly text: string } {
  const [text = ''] = bodyTextsOf(response);
  // Unset when there was none, or when it was not JSON.
  return { tree: request.body as unknown, text };
}
