const KIND = /^[a-z][a-z-]{0,40}$/;

/**
 * Names the trait of an unreadable object that only newer versions know: its schema version, as all older ones are read,
 * or the kind of something in it. Returns undefined for a damaged object.
 *
 * @param places where it is not as expected, as paths into it
 */
export function newerTrait(value: unknown, places: readonly (readonly PropertyKey[])[]): string | undefined {
  for (const place of places) {
    const found = valueAt(value, place);
    if (place.length === 1 && place[0] === 'schemaVersion' && Number.isInteger(found) && Number(found) > 1)
      return `schemaVersion ${Number(found)}`;
    if (place.at(-1) === 'kind' && typeof found === 'string' && KIND.test(found)) return `kind "${found}"`;
  }
  return undefined;
}

function valueAt(value: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>((inside, name) => {
    return typeof inside === 'object' && inside !== null ? Reflect.get(inside, name) : undefined;
  }, value);
}
