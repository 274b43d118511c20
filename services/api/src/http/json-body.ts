import express from 'express';
import type { RequestHandler } from 'express';

/** Reads JSON of any kind; other media types are left to the route, which says what it takes. */
export function readJsonBody(limitBytes: number): RequestHandler {
  return express.json({ limit: limitBytes, type: (request) => isJson(request.headers['content-type']) });
}

export function isJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType);
}
