import type { PinnedInput } from './source.js';

/**
 * The first input of each file of a file system. Inputs with the same version and size are one file, whatever their
 * names: the version has its inode.
 *
 * @param pinOf the pin of an input
 */
export function distinctFiles<Input>(
  inputs: readonly Input[],
  pinOf: (input: Input) => Pick<PinnedInput, 'version' | 'bytes'>,
): Input[] {
  const seen = new Set<string>();
  return inputs.filter((input) => {
    const { version, bytes } = pinOf(input);
    const file = `${version} ${bytes}`;
    return seen.has(file) ? false : Boolean(seen.add(file));
  });
}
