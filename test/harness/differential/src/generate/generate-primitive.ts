import { leaf } from '../json-tree.js';
import type { JsonMember, JsonTree } from '../json-tree.js';
import type { Random } from '../random.js';
import type { Manners } from './manners.js';

/** Percent of the resources in which primitives have companions, and of their primitives. */
const RESOURCES_WITH = 40;
const PRIMITIVES_WITH = 50;

/** Whether a resource has ids and extensions of primitives. */
export function hasCompanions(random: Random): boolean {
  return random.chance(RESOURCES_WITH);
}

/**
 * The members of an object for a primitive element: its value, its companion or both, in any order. In arrays either may
 * be null, and one array may be shorter.
 */
export function primitiveMembers(
  name: string,
  member: JsonMember,
  manners: Manners,
  random: Random,
): readonly JsonMember[] {
  if (!random.chance(PRIMITIVES_WITH)) return [member];
  const { values, companions } =
    member.value.kind === 'list' ? lists(member.value.items, random) : single(member.value, random);
  const isSpoilt = manners === 'wild' && random.chance(15);
  const beside = isSpoilt ? spoilt(companions ?? companion(random), random) : companions;
  const members = [
    ...(values === undefined ? [] : [{ ...member, value: values }]),
    ...(beside === undefined ? [] : [{ key: `"_${name}"`, value: beside }]),
  ];
  if (manners === 'wild' && beside !== undefined && random.chance(3))
    members.push({ key: `"_${name}"`, value: companion(random) });
  return random.chance(50) ? members : members.toReversed();
}

interface Sides {
  readonly values: JsonTree | undefined;
  readonly companions: JsonTree | undefined;
}

function single(value: JsonTree, random: Random): Sides {
  return { values: random.chance(40) ? value : undefined, companions: companion(random) };
}

function lists(items: readonly JsonTree[], random: Random): Sides {
  const values = items.map((item) => (random.chance(65) ? item : nothing));
  const companions = items.map(() => (random.chance(50) ? companion(random) : nothing));
  return { values: list(values, random), companions: list(companions, random) };
}

/** Nulls at the end may be left out, and with them the whole. */
function list(items: readonly JsonTree[], random: Random): JsonTree | undefined {
  const isShort = random.chance(60);
  const length = isShort ? items.findLastIndex((item) => item !== nothing) + 1 : items.length;
  return length === 0 ? undefined : { kind: 'list', items: items.slice(0, length) };
}

const nothing = leaf('null');

function companion(random: Random): JsonTree {
  return leaf(
    random.pick([
      '{"id":"c1"}',
      '{"extension":[{"url":"urn:x","valueCode":"unknown"}]}',
      '{"extension":[{"url":"a","valueString":"b"},{"url":"urn:x","valueDecimal":1.10}]}',
      '{"id":"c2","extension":[{"url":"urn:x","_valueString":{"id":"d"}}]}',
    ]),
  );
}

function spoilt(value: JsonTree, random: Random): JsonTree {
  return random.pick<() => JsonTree>([
    () => nothing,
    () => leaf('{}'),
    () => leaf('[]'),
    () => leaf('[ null , {} ]'),
    () => leaf('[[],null,{"a":[1,2]}]'),
    () => leaf(random.pick(['"x"', 'false', '0', '[', '{"id":"c",}'])),
    () => ({ kind: 'list', items: [value, value] }),
    () => (value.kind === 'list' ? (value.items[0] ?? nothing) : value),
  ])();
}
