import { join } from 'node:path';
import { createNamedFiles } from '@millrace/storage';
import type { SourceSurvey } from '@millrace/storage';
import { openPlace } from './compose.js';
import { isPipe, type InputPlace } from './input-place.js';
import type { InputFile } from './inputs.js';

/** The inputs of a command: what is there is looked at once for each type. */
export interface RunInputs {
  /** Files that may hold resources of a type, each once, in the order in which their rows come out. */
  of(resourceType: string): Promise<readonly InputFile[]>;
  /** The files beside the inputs of some types, with the names that a person can use. */
  survey(resourceTypes: readonly string[]): Promise<SourceSurvey>;
}

export function findInputs(places: readonly InputPlace[]): RunInputs {
  const found = new Map<string, Promise<readonly InputFile[]>>();

  function all(resourceType: string): Promise<readonly InputFile[]> {
    const known = found.get(resourceType) ?? listAll(places, resourceType);
    found.set(resourceType, known);
    return known;
  }

  return {
    of: async (resourceType) => withoutRepeats(await all(resourceType)),
    async survey(resourceTypes) {
      const repeated = new Set<string>();
      for (const type of resourceTypes) {
        const files = await all(type);
        const kept = new Set(withoutRepeats(files));
        for (const file of files) if (!kept.has(file)) repeated.add(pathOf(file));
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

/** Where a file is, for people. */
export function pathOf({ place, input }: InputFile): string {
  if (isPipe(place)) return input.key;
  return place.kind === 'folder' ? join(place.path, input.key) : place.path;
}

async function listAll(places: readonly InputPlace[], resourceType: string): Promise<readonly InputFile[]> {
  const lists = await Promise.all(
    places.map(async (place) => {
      const inputs = await openPlace(place).list(resourceType);
      return inputs.map((input) => ({ place, input }));
    }),
  );
  return lists.flat();
}

/** Inputs of one version and size are one file, whatever their names: the version has its inode. */
function withoutRepeats(files: readonly InputFile[]): readonly InputFile[] {
  const seen = new Set<string>();
  return files.filter(({ input }) => {
    const identity = `${input.version} ${input.bytes}`;
    return seen.has(identity) ? false : Boolean(seen.add(identity));
  });
}
