/** A resource of FHIR, as JSON. */
export type TestResource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

export interface TestAnswer {
  readonly status: number;
  readonly body: TestResource;
}

export function refusal(status: number, code: string, diagnostics: string): TestAnswer {
  const issue = [{ severity: 'error', code, diagnostics }];
  return { status, body: { resourceType: 'OperationOutcome', issue } };
}
