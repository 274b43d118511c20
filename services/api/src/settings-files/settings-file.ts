import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { types } from 'node:util';

/** The subjects of settings files; also a label of metrics. */
export type SettingsFileKind =
  | 'certificate'
  | 'operations-certificate'
  | 'clients'
  | 'secrets'
  | 'keys'
  | 'operator-token';

/** Something that is read from files again whenever they change. */
export interface SettingsFile<T> {
  readonly kind: SettingsFileKind;
  /** As it was read last without a fault. */
  current(): T;
  /**
   * Looks at the files. A content that was refused is not tried again.
   *
   * @returns whether there is something else now
   * @throws why the new content is refused; the one before stays
   */
  refresh(): Promise<boolean>;
}

/**
 * Reads files for the first time.
 *
 * @param read reads and checks them
 * @param adopt does what is to be done with new content, beside giving it to those who ask; its refusal counts as one of `read`
 * @throws what `read` rejects with
 */
export async function openSettingsFile<T>({
  kind,
  files,
  read,
  adopt = () => undefined,
}: {
  readonly kind: SettingsFileKind;
  readonly files: readonly string[];
  readonly read: () => Promise<T>;
  readonly adopt?: (value: T) => void;
}): Promise<SettingsFile<T>> {
  // Before the content: a change in between shows as one at the next look.
  let seen = await stateOf(files);
  let value = await read();
  return {
    kind,
    current: () => value,
    async refresh() {
      const state = await stateOf(files);
      if (state === seen) return false;
      seen = state;
      const next = await read();
      adopt(next);
      value = next;
      return true;
    },
  };
}

/** Tells contents apart. Links are followed, because what mounts files often swaps a link. */
async function stateOf(files: readonly string[]): Promise<string> {
  const digest = createHash('sha256');
  for (const file of files) {
    const content = await readFile(file).catch((error: unknown) => {
      const code = types.isNativeError(error) && 'code' in error ? error.code : '';
      return `cannot be read: ${String(code)}`;
    });
    digest.update(`${content.length} `).update(content);
  }
  return digest.digest('hex');
}
