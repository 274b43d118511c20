import { duration, wholeNumberVariable } from '@millrace/configuration';
import { serviceBase } from '@millrace/fhir';
import * as z from 'zod';
import { hasAuthorization } from './authorization-file.js';

const MIB = 1 << 20;
const MOST_WAITING = 200;

/** The record of what was used tells the base to clients, so it has no name and password. */
const fhirBase = z.string().transform((text, context): string => {
  const base = serviceBase(text);
  if (base !== undefined) return base;
  context.addIssue('must be a FHIR base URL, http:// or https://, without user, query and fragment');
  return z.NEVER;
});

export const terminologySection = z
  .object({
    TERMINOLOGY_SERVER: fhirBase
      .optional()
      .describe(
        'FHIR base URL of the terminology server. It is asked for value sets and concept maps on which SQL depends and which neither the request nor this server has, and it expands value sets that have no expansion. Results name it. By default none: these dependencies are refused.',
      ),
    TERMINOLOGY_AUTHORIZATION_FILE: z
      .string()
      .refine(
        hasAuthorization,
        'must be a file with a scheme and credentials, such as Bearer 0123456789abcdef',
      )
      .optional()
      .describe(
        'File with the `Authorization` header for the terminology server: a scheme and credentials, such as `Bearer …` or `Basic …`. It is read for each request, so that it can be replaced at any time.',
      ),
    TERMINOLOGY_REQUEST_TIMEOUT: duration({ min: '100ms', fallback: '10s' }).describe(
      'Time in which the terminology server must have answered one request. A slower one refuses the kick-off with 422.',
    ),
    TERMINOLOGY_TIMEOUT: duration({ min: '100ms', fallback: '30s' }).describe(
      'Time in which the terminology server must have answered all requests of one kick-off.',
    ),
    TERMINOLOGY_ANSWER_BYTES: wholeNumberVariable({ min: 1024, max: 256 * MIB, fallback: 16 * MIB }).describe(
      'Most bytes of one answer of the terminology server, after decompression.',
    ),
    TERMINOLOGY_ROWS: wholeNumberVariable({ min: 1, max: 10_000_000, fallback: 100_000 }).describe(
      'Most rows of one value set or concept map. A kick-off that needs more is refused with 422.',
    ),
    TERMINOLOGY_ROWS_OF_REQUEST: wholeNumberVariable({
      min: 1,
      max: 100_000_000,
      fallback: 500_000,
    }).describe('Most rows of all value sets and concept maps of one kick-off.'),
    TERMINOLOGY_AT_ONCE: wholeNumberVariable({ min: 1, max: 1000, fallback: 2 }).describe(
      'Most kick-offs at a time for which one API reads value sets and concept maps.',
    ),
    TERMINOLOGY_WAIT: duration({ min: '0s', fallback: '5s' }).describe(
      'Longest time that a kick-off waits for its turn to read them; then it is answered with 503.',
    ),
  })
  .transform((env) => ({
    server: env.TERMINOLOGY_SERVER,
    authorizationFile: env.TERMINOLOGY_AUTHORIZATION_FILE,
    answers: { requestMs: env.TERMINOLOGY_REQUEST_TIMEOUT, mostBytes: env.TERMINOLOGY_ANSWER_BYTES },
    timeoutMs: env.TERMINOLOGY_TIMEOUT,
    limits: { mostRows: env.TERMINOLOGY_ROWS, mostRowsTogether: env.TERMINOLOGY_ROWS_OF_REQUEST },
    gate: {
      atOnce: env.TERMINOLOGY_AT_ONCE,
      mostWaiting: MOST_WAITING,
      patienceMs: env.TERMINOLOGY_WAIT,
    },
  }))
  .describe('Terminology');

export type TerminologySettings = z.infer<typeof terminologySection>;
