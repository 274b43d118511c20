import { definitionQuerySchema } from '@millrace/definitions';
import type { DefinitionQuery } from '@millrace/definitions';
import { VIEW_SEARCH_PARAMETERS, refuse } from '@millrace/protocol';

/** They choose how an answer is written, which is always JSON. */
const REPRESENTATION = ['_format', '_pretty'];

/**
 * A query string as a search. Commas separate values that may match, `\,` is a comma of the value
 * (https://hl7.org/fhir/search.html#escaping). A parameter that is not known is refused: passing over it would find
 * what was not asked for.
 *
 * @throws ProtocolError 400
 */
export function readDefinitionQuery(query: Readonly<Record<string, unknown>>): DefinitionQuery {
  const known: readonly string[] = VIEW_SEARCH_PARAMETERS.map(({ name }) => name);
  const wanted: Record<string, string[]> = {};
  for (const [name, given] of Object.entries(query)) {
    if (REPRESENTATION.includes(name)) continue;
    if (!known.includes(name)) {
      const diagnostics = `${JSON.stringify(name)} is not a search parameter here; ${known.join(', ')} are`;
      throw refuse(400, 'not-supported', diagnostics);
    }
    if (typeof given !== 'string') {
      throw refuse(
        400,
        'not-supported',
        `${name} may be given once; separate values that may match by commas`,
      );
    }
    wanted[name] = valuesOf(given);
  }
  return definitionQuerySchema.parse(wanted);
}

function valuesOf(text: string): string[] {
  return text.split(/(?<!\\),/).map((value) => value.replaceAll(/\\([,|$\\])/g, '$1'));
}
