import { readFileSync } from 'node:fs';
import type { FhirVersion } from '@millrace/storage';
import { z } from 'zod';
import type { PublishedServer } from './routes/metadata.js';

// https://hl7.org/fhir/valueset-FHIR-version.html
const FHIR_VERSIONS: Readonly<Record<FhirVersion, string>> = { R4: '4.0.1', R5: '5.0.0' };

/** Date of the release that `package.json` names. */
const RELEASED = '2026-11-20';

export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

/** What the server says about itself. @param baseUrl FHIR base */
export function publishedServer(baseUrl: string, fhirVersion: FhirVersion): PublishedServer {
  return { baseUrl, version: VERSION, date: RELEASED, fhirVersion: FHIR_VERSIONS[fhirVersion] };
}
