import { isR4Type, mandatoryProperties, rootProperties } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { ListItem } from './list-of.js';
import { passable, type Passable } from './passable.js';

export interface ChosenElements {
  /** Names of the root elements in JSON that the resources of a type keep; undefined for all. */
  readonly ofType: (resourceType: string) => readonly string[] | undefined;
  readonly passable: readonly Passable[];
}

/** The elements that identify a resource, and say that it is not whole. */
const ALWAYS = ['resourceType', 'id', 'meta'] as const;

/**
 * The elements that an export keeps, and the mandatory ones of each type. An element with the prefix of a type counts for
 * that type only, and leaves the resources of other types whole.
 *
 * @param types that are exported
 */
export function chooseElements(
  asked: readonly ListItem[] | undefined,
  types: readonly string[],
): ChosenElements {
  if (asked === undefined) return { ofType: () => undefined, passable: [] };
  const elements = asked.map(({ value, expression }) => ({ ...elementOf(value), value, expression }));
  const isUnknown = ({ type, name }: (typeof elements)[number]): boolean => {
    const candidates = type === undefined ? types : [type].filter(isR4Type);
    return candidates.every((candidate) => rootProperties(candidate, name) === undefined);
  };
  const known = elements.filter((element) => !isUnknown(element));
  return {
    // An element that is passed over must not make resources smaller.
    ofType(resourceType) {
      const counting = known.filter(({ type = resourceType }) => type === resourceType);
      if (counting.length === 0) return undefined;
      const kept = counting.flatMap(({ name }) => rootProperties(resourceType, name) ?? []);
      return [...new Set([...ALWAYS, ...mandatoryProperties(resourceType), ...kept])];
    },
    passable: elements.filter(isUnknown).map((element) => passable('_elements', unknownElement(element))),
  };
}

/** `Patient.name`, or `name` for all types. */
function elementOf(text: string): { readonly type: string | undefined; readonly name: string } {
  const [, type, name] = /^([A-Z]\w*)\.(.*)$/.exec(text) ?? [];
  return name === undefined ? { type: undefined, name: text } : { type, name };
}

function unknownElement({ type, value, expression }: ListItem & { readonly type: string | undefined }) {
  const of = type === undefined ? 'a type that is exported' : type;
  const diagnostics = `_elements ${quote(value)} is not a root element of ${of}; expected one such as Patient.name or name`;
  return { status: 400, code: 'not-supported', diagnostics, expression } as const;
}
