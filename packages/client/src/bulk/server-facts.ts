import * as z from 'zod';
import { exchange, type RequestOptions } from '../exchange.js';
import { readText } from '../read-text.js';

/** Facts of a CapabilityStatement that the log of an export has. */
export interface ServerSoftware {
  readonly softwareName: string | null;
  readonly softwareVersion: string | null;
  readonly softwareReleaseDate: string | null;
  readonly fhirVersion: string | null;
}

/** Facts that a server states of itself. */
export interface ServerFacts {
  readonly software: ServerSoftware;
  /** Whether it offers version 4 of the guide beside version 3, under a name of its own. */
  readonly hasExportV4: boolean;
}

const UNKNOWN: ServerFacts = {
  software: { softwareName: null, softwareVersion: null, softwareReleaseDate: null, fhirVersion: null },
  hasExportV4: false,
};

const LIMIT_MS = 30_000;
const MAX_CHARACTERS = 64_000_000;

const operationsSchema = z.array(z.looseObject({ name: z.string() })).optional();

const statementSchema = z.looseObject({
  software: z
    .looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      releaseDate: z.string().optional(),
    })
    .optional(),
  fhirVersion: z.string().optional(),
  rest: z
    .array(
      z.looseObject({
        operation: operationsSchema,
        resource: z.array(z.looseObject({ operation: operationsSchema })).optional(),
      }),
    )
    .optional(),
});

/** The facts of a CapabilityStatement. A server that does not answer with one is no fault. */
export async function readServerFacts(server: string, options: RequestOptions): Promise<ServerFacts> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  try {
    const response = await exchange(
      'GET',
      `${server.replace(/\/+$/, '')}/metadata`,
      { ...options, signal },
      { headers: { accept: 'application/fhir+json' }, redirect: 'follow' },
    );
    const {
      software,
      fhirVersion,
      rest = [],
    } = statementSchema.parse(JSON.parse(await readText(response, MAX_CHARACTERS)));
    const operations = rest.flatMap(({ operation = [], resource = [] }) => [
      ...operation,
      ...resource.flatMap((each) => each.operation ?? []),
    ]);
    return {
      software: {
        softwareName: software?.name ?? null,
        softwareVersion: software?.version ?? null,
        softwareReleaseDate: software?.releaseDate ?? null,
        fhirVersion: fhirVersion ?? null,
      },
      hasExportV4: operations.some(({ name }) => name === 'export-v4'),
    };
  } catch {
    options.signal?.throwIfAborted();
    return UNKNOWN;
  }
}
