import * as z from 'zod';
import { bodyOf, type AskedRequest } from './body-of.js';
import { OUT_PARAMETERS } from './declared.js';
import { UnexpectedAnswerError } from './errors.js';
import { elementOf } from './given-parameters.js';
import { MAX_MANIFEST_CHARACTERS } from './poll-status.js';

const factSchema = z.looseObject({
  url: z.string(),
  valueDecimal: z.number().optional(),
  valueString: z.string().optional(),
  valueCode: z.string().optional(),
  valueBoolean: z.boolean().optional(),
});

const extensionSchema = factSchema.extend({ extension: z.array(factSchema).optional() });

const parameterSchema = z.looseObject({
  name: z.string(),
  valueString: z.string().optional(),
  valueCode: z.string().optional(),
  valueUri: z.string().optional(),
  valueInstant: z.string().optional(),
  valueInteger: z.number().optional(),
  valueDecimal: z.number().optional(),
  extension: z.array(extensionSchema).optional(),
  get part() {
    return z.array(parameterSchema).optional();
  },
});

const parametersSchema = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(parameterSchema).default([]),
});

/** An extension, or one inside it, with the value types that are read. */
interface Fact {
  readonly url: string;
  readonly valueDecimal?: number | undefined;
  readonly valueString?: string | undefined;
  readonly valueCode?: string | undefined;
  readonly valueBoolean?: boolean | undefined;
  readonly extension?: readonly Fact[] | undefined;
}

/** One parameter or part with the value types that the export operations use. */
export interface Parameter {
  readonly name: string;
  readonly valueString?: string | undefined;
  readonly valueCode?: string | undefined;
  readonly valueUri?: string | undefined;
  readonly valueInstant?: string | undefined;
  readonly valueInteger?: number | undefined;
  readonly valueDecimal?: number | undefined;
  readonly extension?: readonly Fact[] | undefined;
  readonly part?: readonly Parameter[] | undefined;
  readonly [element: string]: unknown;
}

/**
 * The parameters of an answer.
 *
 * @throws UnexpectedAnswerError when the body is not a Parameters resource; ServerUnreachableError when it breaks off
 */
export async function readParameters(response: Response, asked: AskedRequest): Promise<readonly Parameter[]> {
  const { url } = asked;
  const body = await bodyOf(response, asked, MAX_MANIFEST_CHARACTERS);
  try {
    return parametersSchema.parse(JSON.parse(body)).parameter;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const start = body.length > 80 ? `${body.slice(0, 80)}...` : body;
    throw new UnexpectedAnswerError(url, start === '' ? 'an empty body' : start, 'a Parameters resource');
  }
}

/** The parameters of a body that may be something else. */
export function parametersIn(json: unknown): readonly Parameter[] | undefined {
  const read = parametersSchema.safeParse(json);
  return read.success ? read.data.parameter : undefined;
}

type OutParameter = keyof typeof OUT_PARAMETERS;

interface OutValue {
  readonly string: string;
  readonly code: string;
  readonly uri: string;
  readonly instant: string;
  readonly integer: number;
  readonly decimal: number;
  readonly parts: readonly Parameter[];
}

/** The value of the first parameter of this name, of the type that the server declares; of a part behind the dot. */
export function told<Name extends OutParameter>(
  parameters: readonly Parameter[],
  path: Name,
): OutValue[(typeof OUT_PARAMETERS)[Name] & keyof OutValue] | undefined {
  const found = first(parameters, path.slice(path.lastIndexOf('.') + 1));
  // The schema has checked each element for its type.
  return found?.[elementOf(OUT_PARAMETERS[path])] as
    | OutValue[(typeof OUT_PARAMETERS)[Name] & keyof OutValue]
    | undefined;
}

function first(parameters: readonly Parameter[], name: string): Parameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}
