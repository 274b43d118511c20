import * as z from 'zod';
import { UnexpectedAnswerError } from './errors.js';

const factSchema = z.looseObject({
  url: z.string(),
  valueDecimal: z.number().optional(),
  valueString: z.string().optional(),
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

/** One parameter or part with the value types that the export operations use. */
export type Parameter = z.infer<typeof parameterSchema>;

/** @throws UnexpectedAnswerError when the body is not a Parameters resource. */
export async function readParameters(response: Response, url: string): Promise<readonly Parameter[]> {
  const body = await response.text();
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

export function first(parameters: readonly Parameter[], name: string): Parameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}
