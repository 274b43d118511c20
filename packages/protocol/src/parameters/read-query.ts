import type { Parameter, ValueType } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ParameterDeclaration } from '../operations/operation.js';

/**
 * The query of a URL as the parameters that a body would have: the declaration says what type a text is of. A parameter
 * that repeats is as many of them.
 *
 * @param query values by name, as Node's `querystring` gives them
 */
export function readQuery(
  query: Readonly<Record<string, unknown>>,
  declared: readonly ParameterDeclaration[],
): { readonly parameters: readonly Parameter[]; readonly faults: readonly Fault[] } {
  const parameters: Parameter[] = [];
  const faults: Fault[] = [];
  for (const [name, given] of Object.entries(query)) {
    // How an answer is laid out, which generic FHIR clients add to every URL.
    if (name === '_pretty') continue;
    const declaration = declared.find((candidate) => candidate.name === name);
    for (const text of textsOf(given)) {
      const read = readText(name, text, declaration?.type);
      if ('fault' in read) faults.push(read.fault);
      else parameters.push(read.parameter);
    }
  }
  return { parameters, faults };
}

function textsOf(given: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  return all.filter((text) => typeof text === 'string');
}

type ReadText = { readonly parameter: Parameter } | { readonly fault: Fault };

function readText(name: string, text: string, type: ValueType | 'parts' | undefined): ReadText {
  switch (type) {
    case undefined:
      // It is refused by its name.
      return { parameter: { name } };
    case 'Resource':
    case 'parts':
      return invalid(name, `${name} is given in the URL; send it by POST, in a Parameters body`);
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { parameter: { name, valueBoolean: text === 'true' } }
        : invalid(name, `${name} is ${quote(text)}; expected true or false`);
    case 'integer':
      return /^-?\d{1,15}$/.test(text)
        ? { parameter: { name, valueInteger: Number(text) } }
        : invalid(name, `${name} is ${quote(text)}; expected an integer`);
    case 'Coding':
      return { parameter: { name, valueCoding: { code: text } } };
    case 'Reference':
      return { parameter: { name, valueReference: { reference: text } } };
    case 'code':
      return { parameter: { name, valueCode: withPlus(text) } };
    case 'instant':
      return { parameter: { name, valueInstant: withPlus(text) } };
    case 'string':
      return { parameter: { name, valueString: text } };
    case 'uri':
      return { parameter: { name, valueUri: text } };
    case 'canonical':
      return { parameter: { name, valueCanonical: text } };
    default:
      return type satisfies never;
  }
}

/** In a URL, a plus sign that is not escaped is a space, which neither a media type nor an instant has. */
function withPlus(text: string): string {
  return text.replaceAll(' ', '+');
}

function invalid(name: string, diagnostics: string): ReadText {
  return { fault: { status: 400, code: 'invalid', diagnostics, expression: name } };
}
