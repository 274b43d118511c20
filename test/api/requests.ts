/** A request body that exports one view. */
export function parameters(...parameter: readonly object[]) {
  return { resourceType: 'Parameters', parameter };
}

export const patientView = {
  resourceType: 'ViewDefinition',
  name: 'patients',
  resource: 'Patient',
  status: 'active',
  select: [{ column: [{ name: 'id', path: 'id' }] }],
};

/** Some 60 KB, as much as a view may have, that the parser of FHIRPath takes seconds for. */
export const endlessView = {
  resourceType: 'ViewDefinition',
  name: 'endless',
  resource: 'Patient',
  status: 'active',
  select: [
    {
      column: Array.from({ length: 145 }, (_, at) => {
        return { name: `c${at}`, path: `${'(1+'.repeat(100)}${at}${')'.repeat(100)}` };
      }),
    },
  ],
};
export const subject = { name: 'subject', part: [{ name: 'subjectResource', resource: patientView }] };

export interface Outcome {
  readonly resourceType: string;
  readonly issue: readonly {
    readonly severity: string;
    readonly code: string;
    readonly diagnostics: string;
    readonly expression?: readonly string[];
  }[];
}

export async function kickOff(
  fhirUrl: string,
  body: unknown = parameters(subject),
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
    signal,
  });
}

/** Status URL and id of an export that was accepted. */
export async function accepted(response: Response): Promise<{ id: string; status: string }> {
  const status = response.headers.get('content-location') ?? '';
  const id = /\/export\/([0-9a-f]+)\/status$/.exec(status)?.[1];
  if (response.status !== 202 || id === undefined) {
    throw new Error(`kick-off answered ${response.status}: ${await response.text()}`);
  }
  return { id, status };
}

export async function outcomeOf(response: Response): Promise<Outcome> {
  // The tests check what the body holds.
  return (await response.json()) as Outcome;
}

/** Values of a Parameters resource by name; of a name that repeats, the first one. */
export async function valuesOf(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as { parameter: Record<string, unknown>[] };
  const values: Record<string, unknown> = {};
  for (const { name, ...value } of body.parameter) {
    values[String(name)] ??= Object.values(value)[0];
  }
  return values;
}
