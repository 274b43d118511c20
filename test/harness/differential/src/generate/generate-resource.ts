import { leaf } from '../json-tree.js';
import type { JsonMember, JsonTree } from '../json-tree.js';
import type { Random } from '../random.js';
import { elementsOf, isPrimitive, propertyOf, resourceTypes } from './element-model.js';
import type { Element } from './element-model.js';
import { hasCompanions, primitiveMembers } from './generate-primitive.js';
import type { Manners } from './manners.js';
import { referenceText, someNumber, strangeText, valueText } from './values.js';

/** How a resource is made. */
interface Making {
  readonly manners: Manners;
  readonly random: Random;
  readonly hasCompanions: boolean;
}

/** A resource of a type; one in many is of another type. */
export function generateResource(type: string, manners: Manners, random: Random): JsonTree {
  const actual = random.chance(4) ? random.pick(resourceTypes) : type;
  const members = membersOf(actual, { manners, random, hasCompanions: hasCompanions(random) }, 0);
  const typeMember = { key: '"resourceType"', value: leaf(JSON.stringify(actual)) };
  const at = random.chance(80) ? 0 : random.below(members.length + 1);
  return { kind: 'object', members: members.toSpliced(at, 0, typeMember) };
}

/** Percent of elements that are there, by depth. Below one child each, or resources would never end. */
const likelihoods = [60, 45, 30, 15, 8];

function membersOf(type: string, making: Making, depth: number): JsonMember[] {
  const { manners, random } = making;
  const members: JsonMember[] = [];
  const likely = likelihoods[Math.min(depth, likelihoods.length - 1)] ?? 0;
  for (const element of elementsOf(type)) {
    const chosen = random.pick(element.types);
    if (!random.chance(element.many && isPrimitive(chosen) ? 60 : likely)) continue;
    const name = propertyOf(element, chosen);
    const key = keyText(name, manners, random);
    const member = { key, value: elementValue(element, chosen, type, making, depth) };
    const isBare =
      !making.hasCompanions || !(isPrimitive(chosen) || (manners === 'wild' && random.chance(5)));
    members.push(...(isBare ? [member] : primitiveMembers(name, member, manners, random)));
    if (manners === 'wild' && random.chance(1)) members.push({ key: `"${name}"`, value: leaf('"again"') });
  }
  if (random.chance(8)) members.push({ key: '"unknownKey"', value: unknownValue(random) });
  return members;
}

function elementValue(
  element: Element,
  type: string,
  parent: string,
  making: Making,
  depth: number,
): JsonTree {
  const { manners, random } = making;
  const one = (): JsonTree => item(element, type, parent, making, depth);
  if (manners === 'wild' && random.chance(3)) return misfit(one, random);
  if (!element.many) return one();
  const most = depth > 1 ? 2 : 3;
  return { kind: 'list', items: Array.from({ length: 1 + random.below(most) }, one) };
}

function item(element: Element, type: string, parent: string, making: Making, depth: number): JsonTree {
  const { manners, random } = making;
  if (parent === 'Reference' && element.name === 'reference') return leaf(referenceText(random));
  if (isPrimitive(type)) {
    const isStrange = manners === 'wild' && random.chance(8);
    if (manners === 'wild' && random.chance(2)) return leaf(someNumber(random));
    return leaf(isStrange ? strangeText(type, random) : valueText(type, random, true));
  }
  const members = membersOf(type, making, depth + 1);
  // FHIR has no empty objects.
  if (members.length > 0 || manners === 'wild') return { kind: 'object', members };
  return { kind: 'object', members: [{ key: '"id"', value: leaf('"x"') }] };
}

function misfit(one: () => JsonTree, random: Random): JsonTree {
  const value = one();
  return random.pick<() => JsonTree>([
    () => leaf('null'),
    () => ({ kind: 'list', items: [] }),
    () => ({ kind: 'list', items: [leaf('null'), value] }),
    () => ({ kind: 'list', items: [value, value] }),
    () => ({ kind: 'list', items: [{ kind: 'list', items: [value] }] }),
    () => ({ kind: 'object', members: [] }),
    () => leaf(random.pick(['""', 'true', 'false', '"x"'])),
    () => leaf(someNumber(random)),
  ])();
}

function keyText(name: string, manners: Manners, random: Random): string {
  if (manners === 'valid' || !random.chance(1)) return `"${name}"`;
  return `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`;
}

/** A value that no view reads: the scan must pass over it exactly. */
function unknownValue(random: Random): JsonTree {
  const texts = [
    '"\\\\"',
    '"\\\\\\""',
    '"{[,:]}"',
    '1e-7',
    'null',
    '{}',
    '[]',
    '[[],[{}]]',
    '{"id":"z","a":[1,{"b":[]}]}',
  ] as const;
  const text = random.pick(texts);
  const deep = 1 + random.below(random.chance(5) ? 300 : 12);
  return leaf(random.chance(20) ? '['.repeat(deep) + text + ']'.repeat(deep) : text);
}
