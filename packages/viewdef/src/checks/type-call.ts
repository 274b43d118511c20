import { anyOf, kindOf, nameKinds, sortOf } from '../model/kinds.js';
import type { Kind, Possible, Sort } from '../model/kinds.js';
import { typeNameOf } from '../syntax/syntax.js';
import type { Syntax } from '../syntax/syntax.js';
import { checkKeyedReference, checkKeyedResource } from './keys.js';
import { narrowTo } from './narrow-to.js';
import { signatureOf } from './signatures.js';
import type { Signature } from './signatures.js';
import { nameSorts } from './sorts.js';
import { typeElement } from './type-member.js';
import { within } from './typing-scope.js';
import type { Typing, TypingScope } from './typing-scope.js';

type Call = Extract<Syntax, { kind: 'call' }>;

const boolean: Possible = [kindOf('boolean')];
const key: Possible = [kindOf('id')];

/** Types a call of a function that `syntax/functions.ts` knows. */
export function typeCall(call: Call, scope: TypingScope, type: Typing): Possible {
  const input = call.input === undefined ? scope.self : type(call.input, scope);
  const ofEach = (): readonly Possible[] => call.args.map((arg) => type(arg, within(input, scope)));
  const ofAll = (): readonly Possible[] => call.args.map((arg) => type(arg, scope));
  switch (call.name) {
    case 'where':
    case 'sort':
      ofEach();
      return input;
    case 'exists':
    case 'all':
      ofEach();
      return boolean;
    case 'select':
      return anyOf(ofEach());
    case 'aggregate':
      ofEach();
      return 'any';
    case 'repeat':
      return typeRepeat(call, input, scope, type);
    case 'iif':
      return anyOf((call.input === undefined ? ofAll() : ofEach()).slice(1));
    case 'coalesce':
      return anyOf(ofAll());
    case 'union':
    case 'combine':
      return anyOf([input, ...ofAll()]);
    case 'ofType':
    case 'as':
      return narrowTo(typeNameOf(call.args[0]) ?? '', input, scope, call.name);
    case 'is':
      narrowTo(typeNameOf(call.args[0]) ?? '', input, scope, call.name);
      return boolean;
    case 'extension':
      ofAll();
      return typeElement(input, 'extension', scope);
    case 'getResourceKey':
      checkKeyedResource(input, scope);
      return key;
    case 'getReferenceKey':
      checkKeyedReference(input, typeNameOf(call.args[0]), scope);
      return key;
    default:
      return typeBySignature(call, signatureOf(call.name), input, ofAll(), scope);
  }
}

function typeBySignature(
  { name }: Call,
  signature: Signature,
  input: Possible,
  args: readonly Possible[],
  scope: TypingScope,
): Possible {
  const { input: wanted, args: wantedArgs, result } = signature;
  if (!fits(input, wanted)) {
    const reason = `calls ${name}() on ${nameKinds(input)}; expected ${nameSorts(wanted ?? [])}${hintFor(input, wanted)}`;
    scope.report({ kind: 'type', reason });
  }
  for (const arg of args) {
    if (fits(arg, wantedArgs)) continue;
    const reason = `calls ${name}() with ${nameKinds(arg)}; expected ${nameSorts(wantedArgs ?? [])}`;
    scope.report({ kind: 'type', reason });
  }
  if (result === undefined) return 'any';
  if (result !== 'input') return [kindOf(result)];
  return input === 'any' || wanted === undefined
    ? input
    : input.filter((kind) => wanted.includes(sortOf(kind)));
}

/** Whether some item may be of a wanted sort, or nobody can tell. */
function fits(possible: Possible, wanted: readonly Sort[] | undefined): possible is 'any' {
  if (possible === 'any' || wanted === undefined || possible.length === 0) return true;
  return possible.some((kind) => wanted.includes(sortOf(kind)));
}

function hintFor(input: readonly Kind[], wanted: readonly Sort[] | undefined): string {
  const sorts = new Set(input.map(sortOf));
  if (sorts.has('quantity') && wanted?.includes('number') === true) return '; write value before it';
  if (sorts.has('complex')) return '';
  return wanted?.includes('text') === true ? '; write toString() before it' : '';
}

/** More rounds are for structures that nobody has. */
const MOST_ROUNDS = 5;

/** The items that the projection finds, and the items that it finds from those. */
function typeRepeat({ args }: Call, input: Possible, scope: TypingScope, type: Typing): Possible {
  const [projection] = args;
  // A repeat in a repeat would be typed again and again: the rounds of one multiply those of the other.
  if (projection === undefined || scope.isRepeated) return 'any';
  // A projection that means nothing at the start may mean something further down.
  const quiet: TypingScope = { ...scope, isRepeated: true, report: () => [] };
  let found: Possible = type(projection, within(input, quiet));
  for (let round = 0; round < MOST_ROUNDS && found !== 'any'; round++) {
    const next = anyOf([found, type(projection, within(found, quiet))]);
    if (next !== 'any' && next.length === found.length) break;
    found = next;
  }
  type(projection, within(anyOf([input, found]), { ...scope, isRepeated: true }));
  return found !== 'any' && found.length === 0 ? 'any' : found;
}
