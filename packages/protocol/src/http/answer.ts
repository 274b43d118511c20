/** The answer to send: routes copy it to the socket and add nothing. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON body; undefined for an empty one. */
  readonly body?: unknown;
  /** The bytes of a body in JSON that are there already. */
  readonly json?: Buffer;
  /** Its guide says what its media type is, whatever other name of JSON the client accepts. */
  readonly isTyped?: true;
}

export const FHIR_JSON = 'application/fhir+json';

export function fhirAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'Content-Type': FHIR_JSON, ...headers }, body };
}

/** An IMF-fixdate as HTTP headers carry it. @param ms milliseconds since the epoch */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
