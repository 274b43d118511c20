import { elementFault, isJsonObject, jsonMembers } from '@millrace/fhir';
import type { Issue } from '@millrace/fhir';
import * as z from 'zod';
import type { DefinitionType } from './definition-type.js';
import { DefinitionRefusedError } from './errors.js';
import { edited } from './resource-text.js';

/** Whether a definition that could be used, but cannot be meant as it is written, is refused. */
export type Handling = 'strict' | 'lenient';

/** A resource as a request has it. */
export interface GivenResource {
  readonly tree: unknown;
  /** Its JSON, with nothing before or behind it. */
  readonly text: string;
}

/** Static checks of a definition, in bounded time. */
export type CheckResource = (
  type: DefinitionType,
  resource: Readonly<Record<string, unknown>>,
  handling: Handling,
) => Promise<{
  /** The first faults, each with the path of the faulty element. */
  readonly issues: readonly Issue[];
  /** How many there are. */
  readonly total: number;
  /** The first warnings about a definition that may be stored. */
  readonly warnings: readonly Issue[];
}>;

export interface CheckedDefinition {
  readonly type: DefinitionType;
  /** The id that the resource itself has. */
  readonly id: string | undefined;
  readonly text: string;
  readonly warnings: readonly Issue[];
}

/** Of one definition: a request for an export takes no more of stored ones. */
const MOST_CHARACTERS = 2 << 20;

/** Guide versions before the ballot gave the URL of a logical model as `resourceType`. */
const LOGICAL_MODEL = /\/StructureDefinition\/ViewDefinition$/;

const text = z.string().optional();

/** The elements that the store itself reads. */
const metadataSchema = z.object({
  id: text,
  meta: z.looseObject({}).optional(),
  url: z
    .string()
    .regex(/^[^|\s]+$/, 'must be a URL without "|" and spaces: behind "|" a canonical has the version')
    .optional(),
  version: text,
  name: text,
  title: text,
  status: text,
});

/** @throws DefinitionRefusedError 400 when it is no such resource, 422 when it cannot be used or meant */
export async function checkDefinition(
  type: DefinitionType,
  { tree, text: given }: GivenResource,
  handling: Handling,
  checkResource: CheckResource,
): Promise<CheckedDefinition> {
  const found = isJsonObject(tree) ? tree['resourceType'] : undefined;
  const isLegacy = type === 'ViewDefinition' && typeof found === 'string' && LOGICAL_MODEL.test(found);
  if (!isJsonObject(tree) || (found !== type && !isLegacy)) {
    const other = typeof found === 'string' ? JSON.stringify(found.slice(0, 100)) : 'something else';
    throw refusal(400, [invalid('invalid', `the body must be a ${type}, not ${other}`)]);
  }
  if (given.length > MOST_CHARACTERS) {
    const diagnostics = `the ${type} has ${given.length} characters, and at most ${MOST_CHARACTERS} are stored`;
    throw refusal(422, [invalid('too-costly', diagnostics)]);
  }
  const parsed = metadataSchema.safeParse(metadataOf(tree), { reportInput: true });
  if (!parsed.success)
    throw refusal(
      422,
      parsed.error.issues.map((issue) => structureIssue(type, issue)),
    );
  const resource = isLegacy ? { ...tree, resourceType: type } : tree;
  const { issues, total, warnings } = await checkResource(type, resource, handling);
  if (total > 0) throw new DefinitionRefusedError(422, issues, total);
  return { type, id: parsed.data.id, text: isLegacy ? withType(given, type) : given, warnings };
}

/** A resource may have any number of other elements, and they are not copied. */
function metadataOf(tree: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { id, meta, url, version, name, title, status } = tree;
  return { id, meta, url, version, name, title, status };
}

function refusal(status: 400 | 422, issues: readonly Issue[]): DefinitionRefusedError {
  return new DefinitionRefusedError(status, issues);
}

function invalid(code: Issue['code'], diagnostics: string): Issue {
  return { severity: 'error', code, diagnostics };
}

function structureIssue(type: DefinitionType, issue: z.core.$ZodIssue): Issue {
  const { expression, diagnostics } = elementFault(issue, type);
  return {
    severity: 'error',
    code: 'structure',
    diagnostics: `${expression} ${diagnostics}`,
    expression: [expression],
  };
}

function withType(text: string, type: DefinitionType): string {
  const places = jsonMembers(text).filter(({ name }) => name === 'resourceType');
  return edited(
    text,
    places.map(({ from, to }) => ({ from, to, text: JSON.stringify(type) })),
  );
}
