import { z } from 'zod';
import { exchange, type RequestOptions } from '../exchange.js';
import { readText } from '../read-text.js';

/** Facts of a CapabilityStatement that the log of an export has. */
export interface ServerSoftware {
  readonly softwareName: string | null;
  readonly softwareVersion: string | null;
  readonly softwareReleaseDate: string | null;
  readonly fhirVersion: string | null;
}

const UNKNOWN: ServerSoftware = {
  softwareName: null,
  softwareVersion: null,
  softwareReleaseDate: null,
  fhirVersion: null,
};

const LIMIT_MS = 30_000;
const MAX_CHARACTERS = 64_000_000;

const statementSchema = z.looseObject({
  software: z
    .looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      releaseDate: z.string().optional(),
    })
    .optional(),
  fhirVersion: z.string().optional(),
});

/** The server's software as it states it; nothing depends on it, so that a server that does not say is no fault. */
export async function readSoftware(server: string, options: RequestOptions): Promise<ServerSoftware> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await exchange(
      'GET',
      `${server.replace(/\/+$/, '')}/metadata`,
      { ...options, signal },
      { headers: { accept: 'application/fhir+json' }, redirect: 'follow' },
    );
    const { software, fhirVersion } = statementSchema.parse(
      JSON.parse(await readText(response, MAX_CHARACTERS)),
    );
    return {
      softwareName: software?.name ?? null,
      softwareVersion: software?.version ?? null,
      softwareReleaseDate: software?.releaseDate ?? null,
      fhirVersion: fhirVersion ?? null,
    };
  } catch {
    options.signal?.throwIfAborted();
    return UNKNOWN;
  }
}
