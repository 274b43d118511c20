import { refuse } from '../errors/errors.js';
import { choosesRepresentation } from '../http/representation.js';

const GUIDE = 'http://hl7.org/fhir/uv/sql-on-fhir/SearchParameter';

/** Search parameters of stored ViewDefinitions. */
export const VIEW_SEARCH_PARAMETERS = [
  {
    name: '_id',
    definition: 'http://hl7.org/fhir/SearchParameter/Resource-id',
    type: 'token',
    documentation: 'Logical id.',
  },
  {
    name: 'url',
    definition: `${GUIDE}/ViewDefinition-url`,
    type: 'uri',
    documentation: 'Canonical URL.',
  },
  {
    name: 'name',
    definition: `${GUIDE}/ViewDefinition-name`,
    type: 'string',
    documentation: 'Computable name, from its start, in any letter case.',
  },
  {
    name: 'version',
    definition: `${GUIDE}/ViewDefinition-version`,
    type: 'token',
    documentation: 'Business version.',
  },
  {
    name: 'status',
    definition: `${GUIDE}/ViewDefinition-status`,
    type: 'token',
    documentation: 'draft, active, retired or unknown.',
  },
  {
    name: 'resource',
    definition: `${GUIDE}/ViewDefinition-resource`,
    type: 'token',
    documentation: 'Resource type that the view reads.',
  },
] as const;

/** Values of search parameters: any value of one may match, and one of each must. */
export type DefinitionSearch = Readonly<Partial<Record<SearchParameter, readonly string[]>>>;

type SearchParameter = (typeof VIEW_SEARCH_PARAMETERS)[number]['name'];

/**
 * A query string as a search. Commas separate values that may match, `\,` is a comma of the value
 * (https://hl7.org/fhir/search.html#escaping). An unknown parameter is refused: passing over it would find
 * definitions that were not asked for.
 *
 * @throws ProtocolError 400
 */
export function readDefinitionQuery(query: Readonly<Record<string, unknown>>): DefinitionSearch {
  const known = VIEW_SEARCH_PARAMETERS.map((parameter) => parameter.name);
  const wanted: Partial<Record<SearchParameter, readonly string[]>> = {};
  for (const [name, given] of Object.entries(query)) {
    if (choosesRepresentation(name, given)) continue;
    if (name === '_format') {
      const diagnostics = '_format must name a media type, such as json: it says how the answer is written';
      throw refuse(400, 'not-supported', diagnostics);
    }
    const parameter = known.find((candidate) => candidate === name);
    if (parameter === undefined) {
      const diagnostics = `${JSON.stringify(name)} is not a search parameter here; expected one of ${known.join(', ')}`;
      throw refuse(400, 'not-supported', diagnostics);
    }
    if (typeof given !== 'string') {
      throw refuse(
        400,
        'not-supported',
        `${name} is given more than once; separate alternative values with commas`,
      );
    }
    wanted[parameter] = valuesOf(given);
  }
  return wanted;
}

function valuesOf(text: string): string[] {
  return text.split(/(?<!\\),/).map((value) => value.replaceAll(/\\([,|$\\])/g, '$1'));
}
