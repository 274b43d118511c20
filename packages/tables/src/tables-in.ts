import type { ObjectStore } from '@millrace/storage';

/** The names of the tables at a destination, and of other folders there. One page of a listing is read for each folder. */
export async function* tablesIn(store: Pick<ObjectStore, 'list'>): AsyncGenerator<string, void, undefined> {
  let after: string | undefined;
  for (;;) {
    const folder = await firstFolder(store, after);
    if (folder === undefined) return;
    yield folder;
    // Behind all keys of the folder.
    after = `${folder}/\u{10ffff}`;
  }
}

async function firstFolder(
  store: Pick<ObjectStore, 'list'>,
  after: string | undefined,
): Promise<string | undefined> {
  for await (const { key } of store.list('', after)) {
    const end = key.indexOf('/');
    if (end > 0) return key.slice(0, end);
  }
  return undefined;
}
