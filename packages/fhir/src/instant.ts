const INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** True for a FHIR instant: seconds and a time zone are required (https://hl7.org/fhir/datatypes.html#instant). */
export function isInstant(text: string): boolean {
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text.replace(':60', ':59')));
}

/** @param ms milliseconds since the epoch */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}
