/** Parameters of requests, written out by hand: no code of the product is used. */
export function view(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'ViewDefinition',
    status: 'active',
    name: 'ids',
    resource: 'Patient',
    select: [{ column: [{ name: 'id', path: 'getResourceKey()' }] }],
    ...fields,
  };
}

/** A view of the ids of a type, named after it. */
export function idsOf(resource: string): Readonly<Record<string, unknown>> {
  return view({ name: resource.toLowerCase(), resource });
}

export function query(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return library('sql-query', fields);
}

export function sqlView(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return library('sql-view', fields);
}

function library(code: string, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
  return {
    resourceType: 'Library',
    status: 'active',
    type: { coding: [{ system, code }] },
    content: [{ contentType: 'application/sql', data: 'U0VMRUNUIDE=' }],
    ...fields,
  };
}

export function dependsOn(resource: string, label: string): Readonly<Record<string, unknown>> {
  return { type: 'depends-on', resource, label };
}

/** A subject that holds this artefact. */
export function subject(resource: object, ...more: readonly object[]): object {
  return { name: 'subject', part: [...more, { name: 'subjectResource', resource }] };
}

export function outputName(name: string): object {
  return { name: 'name', valueString: name };
}

export function reference(name: string, text: string): object {
  return { name, valueReference: { reference: text } };
}

export function format(valueCode: string): object {
  return { name: '_format', valueCode };
}

export function post(
  fhirUrl: string,
  parameters: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async', ...headers },
    body: JSON.stringify({ resourceType: 'Parameters', parameter: parameters }),
    redirect: 'manual',
  });
}

/** The status URL of an accepted export. */
export async function accepted(response: Response): Promise<string> {
  if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return response.headers.get('content-location') ?? '';
}

interface Issue {
  readonly severity: string;
  readonly code: string;
  readonly diagnostics?: string;
  readonly expression?: readonly string[];
}

/** A refusal as text: `400 invalid subject[0]`, with an entry for each issue. */
export async function refusalOf(response: Response): Promise<{ status: number; issues: readonly string[] }> {
  const body = (await response.json()) as { resourceType: string; issue: readonly Issue[] };
  if (body.resourceType !== 'OperationOutcome') throw new Error(`${response.status} ${JSON.stringify(body)}`);
  return {
    status: response.status,
    issues: body.issue.map(({ code, expression = ['-'] }) => `${code} ${expression.join(',')}`),
  };
}
