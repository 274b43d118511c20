import type { ExportRequest, Notice, Subject } from '@millrace/export';
import type { Parameter, Parameters } from '@millrace/fhir';

/** The answers repeat these fields of `request.json`. Answers without it say less. */
export type Remembered = Pick<ExportRequest, 'clientTrackingId'> & {
  readonly subjects: readonly Pick<Subject, 'name'>[];
};

export function parameters(parameter: readonly Parameter[]): Parameters {
  return { resourceType: 'Parameters', parameter };
}

/** The parameters that every answer about an export begins with. */
export function identity(id: string, clientTrackingId: string | undefined): readonly Parameter[] {
  return [
    { name: 'exportId', valueString: id },
    ...(clientTrackingId === undefined ? [] : [{ name: 'clientTrackingId', valueString: clientTrackingId }]),
  ];
}

/** @param statusUrl as the kick-off has named it */
export function addresses(statusUrl: string): readonly Parameter[] {
  return [
    { name: 'location', valueUri: statusUrl },
    { name: 'cancelUrl', valueUri: statusUrl },
  ];
}

export function noticeParameter({ kind, diagnostics, expression, count }: Notice): Parameter {
  return {
    name: 'notice',
    part: [
      { name: 'kind', valueCode: kind },
      { name: 'diagnostics', valueString: diagnostics },
      ...(expression === undefined ? [] : [{ name: 'expression', valueString: expression }]),
      // A whole number as a decimal: it outgrows a FHIR integer.
      ...(count === undefined ? [] : [{ name: 'count', valueDecimal: count }]),
    ],
  };
}
