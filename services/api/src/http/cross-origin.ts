import { EXPORT_STATUS_HEADER, NOTICES_HEADER } from '@millrace/protocol';
import cors from 'cors';
import type { RequestHandler } from 'express';
import type { AllowedOrigins } from '../cors-section.js';

/** Headers of answers that a script may read beside those that every script may. */
const EXPOSED = [
  'Accept-Ranges',
  'Content-Location',
  'Content-Range',
  'ETag',
  'Expires',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'WWW-Authenticate',
  'X-Progress',
  'X-Request-Id',
  'Content-Disposition',
  EXPORT_STATUS_HEADER,
  NOTICES_HEADER,
];

/** Headers that requests to the FHIR API may have. */
const SENT = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'Prefer',
  'Range',
  'X-Request-Id',
];

const PREFLIGHT_SECONDS = 600;

/**
 * Lets scripts of these origins read answers, and answers their preflights at every address.
 *
 * @returns undefined when no origin is allowed: then nothing is said of CORS, and OPTIONS is a method like others
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(origins: AllowedOrigins): RequestHandler | undefined {
  if (origins.length === 0) return undefined;
  return cors({
    origin: origins === 'any' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: SENT,
    exposedHeaders: EXPOSED,
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
    optionsSuccessStatus: 204,
  });
}
