import { didYouMean } from '@millrace/fhir';
import { fhirModel } from '../model/fhir-model.js';
import { anyOf, nameKinds } from '../model/kinds.js';
import type { Kind, Possible } from '../model/kinds.js';
import type { Syntax } from '../syntax/syntax.js';
import type { Typing, TypingScope } from './typing-scope.js';

type Member = Extract<Syntax, { kind: 'member' }>;

/** `name` of `$this` or of the expression before it. */
export function typeMember(member: Member, scope: TypingScope, type: Typing): Possible {
  if (member.input !== undefined) return typeElement(type(member.input, scope), member.name, scope);
  if (/^[A-Z]/.test(member.name) && scope.model.isType(member.name)) return typeStart(member.name, scope);
  return typeElement(scope.self, member.name, scope);
}

/** `Patient.name` may start with the type that it is applied to. */
function typeStart(name: string, scope: TypingScope): Possible {
  const { self, model } = scope;
  if (self === 'any') return 'any';
  const found = scope.isTop ? self.filter(({ code }) => model.isKindOf(code, name)) : [];
  if (found.length > 0) return found;
  const reason = scope.isTop
    ? `starts with the type ${name}, but is applied to ${nameKinds(self)}`
    : `names the type ${name} in an argument, where it matches nothing; leave it out`;
  return scope.report({ kind: 'type', reason });
}

/** The element of those kinds that have it; one of them is enough. */
export function typeElement(parent: Possible, name: string, scope: TypingScope): Possible {
  if (parent === 'any' || parent.length === 0) return parent;
  const { elements } = scope.model;
  const found = parent.flatMap((kind) => {
    const child = elements.childOf(kind, name);
    return child === undefined ? [] : [child];
  });
  if (found.length > 0) return anyOf(found);
  // The official suite repeats an element of another resource, and wants no rows, not a refusal.
  const isElsewhere = scope.isWalk && elements.isElementName(name);
  const reason = unknownElement(name, parent, scope);
  return scope.report({ kind: isElsewhere ? 'doubt' : 'element', reason });
}

function unknownElement(name: string, parent: readonly Kind[], scope: TypingScope): string {
  const owner =
    parent.length === 1
      ? `which ${nameKinds(parent)} does not have`
      : `which none of ${nameKinds(parent)} has`;
  return `names the element "${name}", ${owner}${hintFor(name, parent, scope)}`;
}

function hintFor(name: string, parent: readonly Kind[], { model, isCompared }: TypingScope): string {
  if (/^null$/i.test(name)) return '; FHIRPath has no null: write exists() or empty()';
  const type = parent.find(({ code }) => code.toLowerCase() === name.toLowerCase());
  if (type !== undefined) {
    return parent.length === 1
      ? `; it is the type of the value before it: leave it out`
      : `; write ofType(${type.code}) for the values of one type`;
  }
  if (name === 'value' && parent.every(({ code }) => /^[a-z]/.test(code)))
    return '; the name before it already gives the value: leave it out';
  if (
    name.startsWith('_') &&
    parent.some((kind) => model.elements.childOf(kind, name.slice(1)) !== undefined)
  )
    return `; write ${name.slice(1)}.extension or ${name.slice(1)}.id for the content of "${name}" in JSON`;
  const other = model.tables.version === 'r4' ? 'R5' : 'R4';
  if (parent.some((kind) => fhirModel(other).elements.childOf(kind, name) !== undefined))
    return `; FHIR ${other} has it, but the data is of another version`;
  const nearest = didYouMean(
    name,
    parent.flatMap((kind) => [...model.elements.namesOf(kind), kind.code]),
  );
  return isCompared ? `; text is written '${name}'${nearest}` : nearest;
}
