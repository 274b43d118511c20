import { readDateTime, readTimeOfDay } from '@millrace/fhir';

/**
 * Why a date, dateTime or time that is written like one cannot be, such as 30 February; undefined when it can. FHIRPath
 * has no second 60: https://hl7.org/fhirpath/#time
 */
export function temporalFault(code: 'date' | 'dateTime' | 'time', text: string): string | undefined {
  const read = code === 'time' ? readTimeOfDay(text) : readDateTime(text);
  if ('fault' in read) return read.fault;
  return read.value.second === 60 ? 'there is no second 60' : undefined;
}
