import { packageVersion } from '@millrace/configuration';
import { FHIR_VERSION_CODES } from '@millrace/protocol';
import type { CapableServer, SourceChoice } from '@millrace/protocol';
import type { FhirVersion } from '@millrace/storage';
import type { AllowedOrigins } from './cors-section.js';

/** Date of the release that `package.json` names. */
const RELEASED = '2026-11-20';

export const VERSION = packageVersion(new URL('../package.json', import.meta.url));

/** The facts about the server for published artefacts. @param baseUrl FHIR base */
export function publishedServer(
  baseUrl: string,
  fhirVersion: FhirVersion,
  choice: SourceChoice,
  { origins }: { readonly origins: AllowedOrigins },
  { tokenUrl }: Pick<CapableServer, 'tokenUrl'>,
): CapableServer {
  return {
    baseUrl,
    version: VERSION,
    date: RELEASED,
    fhirVersion: FHIR_VERSION_CODES[fhirVersion],
    allowsOrigins: origins.length > 0,
    tokenUrl,
    ...choice,
  };
}
