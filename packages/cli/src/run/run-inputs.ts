import { join } from 'node:path';
import type { RangeInput, RangeInputs } from '@millrace/run';
import { createNamedFiles, distinctFiles } from '@millrace/storage';
import type { PinnedInput } from '@millrace/storage';
import { openPlace } from './compose.js';
import { isPipe, type InputPlace } from './input-place.js';

const pinOf = ({ input }: RangeInput): PinnedInput => input;

/** The inputs of a command, by the names that a person uses. The places are listed once for each type. */
export function findInputs(places: readonly InputPlace[]): RangeInputs {
  const found = new Map<string, Promise<readonly RangeInput[]>>();

  function all(resourceType: string): Promise<readonly RangeInput[]> {
    const known = found.get(resourceType) ?? listAll(places, resourceType);
    found.set(resourceType, known);
    return known;
  }

  return {
    of: async (resourceType) => distinctFiles(await all(resourceType), pinOf),
    async survey(resourceTypes) {
      const repeated = new Set<string>();
      for (const type of resourceTypes) {
        const inputs = await all(type);
        const kept = new Set(distinctFiles(inputs, pinOf));
        for (const input of inputs) if (!kept.has(input)) repeated.add(input.name);
      }
      const unread = createNamedFiles();
      const given = new Set(places.map(({ path }) => path));
      for (const place of places) {
        const survey = await openPlace(place).survey(resourceTypes);
        for (const key of survey.repeated.names) repeated.add(join(place.path, key));
        const names = survey.unread.names.map((key) => join(place.path, key));
        for (const name of names) if (!given.has(name)) unread.add(name);
        unread.addUnnamed(survey.unread.count - names.length);
      }
      const again = createNamedFiles();
      for (const path of repeated) again.add(path);
      return { unread, repeated: again };
    },
  };
}

function nameOf(place: InputPlace, { key }: PinnedInput): string {
  if (isPipe(place)) return key;
  return place.kind === 'folder' ? join(place.path, key) : place.path;
}

async function listAll(places: readonly InputPlace[], resourceType: string): Promise<readonly RangeInput[]> {
  const lists = await Promise.all(
    places.map(async (place) => {
      const source = openPlace(place);
      const inputs = await source.list(resourceType);
      return inputs.map((input) => {
        return { source, input, name: nameOf(place, input), isReadOnce: isPipe(place) };
      });
    }),
  );
  return lists.flat();
}
