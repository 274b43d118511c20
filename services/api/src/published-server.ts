import { readFileSync } from 'node:fs';
import { FHIR_VERSION_CODES } from '@millrace/protocol';
import type { SourceChoice } from '@millrace/protocol';
import type { FhirVersion } from '@millrace/storage';
import { z } from 'zod';
import type { PublishedServer } from './routes/metadata.js';

/** Date of the release that `package.json` names. */
const RELEASED = '2026-11-20';

export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

/** What the server says about itself. @param baseUrl FHIR base */
export function publishedServer(
  baseUrl: string,
  fhirVersion: FhirVersion,
  choice: SourceChoice,
): PublishedServer {
  return {
    baseUrl,
    version: VERSION,
    date: RELEASED,
    fhirVersion: FHIR_VERSION_CODES[fhirVersion],
    ...choice,
  };
}
