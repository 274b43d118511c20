import type { LineNumbers } from './pass-result.js';
import type { ThreadTask } from './thread-message.js';

/** The command that runs passes again, or goes on with further ones: their lines follow from how many there are. */
export function commandFor(
  { tiers, seed, lines }: ThreadTask,
  { from, passes }: { readonly from: number; readonly passes: number },
): string {
  const flags = ['--tiers', tiers, '--seed', shellWord(seed), '--from', from, '--passes', passes];
  return ['npm run differential --', ...flags, ...lineFlags(lines, passes)].join(' ');
}

/** A run over all lines numbers them from 0, and one over a single line takes any. */
function lineFlags({ from, to }: LineNumbers, passes: number): readonly (string | number)[] {
  return to - from === 1 ? ['--line', from] : ['--cases', to * passes];
}

function shellWord(text: string): string {
  return /^[\w.,/:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
