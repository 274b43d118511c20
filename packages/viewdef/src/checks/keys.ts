import { nameKinds } from '../model/kinds.js';
import type { Kind, Possible } from '../model/kinds.js';
import type { TypingScope } from './typing-scope.js';

/** `getResourceKey()` gives keys of resources only. */
export function checkKeyedResource(input: Possible, { model, report }: TypingScope): void {
  if (input === 'any' || input.length === 0 || input.some(({ code }) => model.isResource(code))) return;
  report({ kind: 'type', reason: `calls getResourceKey() on ${nameKinds(input)}; expected a resource` });
}

/** `getReferenceKey(Patient)` gives keys of References that may point to a Patient. */
export function checkKeyedReference(input: Possible, typeName: string | undefined, scope: TypingScope): void {
  if (input === 'any' || input.length === 0) return;
  const references = input.filter(({ code }) => code === 'Reference');
  if (references.length === 0) {
    const hint = input.some((kind) => scope.model.elements.childOf(kind, 'reference') !== undefined)
      ? '; write reference before it'
      : '';
    const reason = `calls getReferenceKey() on ${nameKinds(input)}; expected a Reference${hint}`;
    scope.report({ kind: 'type', reason });
    return;
  }
  if (typeName === undefined) return;
  const target = typeName.replace(/^FHIR\./, '');
  if (references.some((kind) => mayPointTo(kind, target, scope))) return;
  const targets = references.flatMap((kind) => kind.targets ?? []);
  // The official suite asks for a type that the model does not admit, and wants no key, not a refusal.
  const reason = `calls getReferenceKey(${typeName}) on a Reference that FHIR admits to ${nameTypes(targets)} only`;
  scope.report({ kind: 'doubt', reason });
}

function mayPointTo({ targets }: Kind, target: string, { model }: TypingScope): boolean {
  if (targets === undefined) return true;
  return targets.some((type) => model.isKindOf(target, type) || model.isKindOf(type, target));
}

function nameTypes(types: readonly string[]): string {
  return nameKinds([...new Set(types)].map((code) => ({ code, path: code })));
}
