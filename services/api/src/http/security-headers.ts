import type { RequestHandler } from 'express';

const YEAR_SECONDS = 31_536_000;

/** Answers are data for programs, possibly about patients: nothing is cached, framed, sniffed or run. */
export function securityHeaders(baseUrl: string): RequestHandler {
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...(baseUrl.startsWith('https:') ? { 'Strict-Transport-Security': `max-age=${YEAR_SECONDS}` } : {}),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
