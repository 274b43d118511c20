import type { Random } from '../random.js';
import type { PlannedFault } from '../schedule/plan-round.js';
import type { Stack } from '../stack/start-breakable-stack.js';

/** The facts about its round that a fault may need. */
export interface FaultScene {
  readonly stack: Stack;
  /** Ids of the exports that are not over, as far as the client knows. */
  running(): readonly string[];
  /** For choices among the things that are there. */
  readonly random: Random;
  /** Lets an export end as failed: the fault was more than it must survive. */
  excuse(exportId: string): void;
  /** Gets a line when a process does not obey. */
  readonly complain: (line: string) => void;
}

/**
 * Breaks something, and mends it after `forMs` unless it mends itself. False when there was nothing to break: all
 * victims were broken already, or no export ran.
 */
export type Fault = (scene: FaultScene, planned: PlannedFault) => Promise<boolean>;

/** Does it to a victim that no other fault has, from `chance` on. False when all are taken. */
export async function toOneOf<T extends { reserve(): Disposable | undefined }>(
  victims: readonly T[],
  chance: number,
  act: (victim: T) => Promise<void>,
): Promise<boolean> {
  const first = Math.floor(chance * victims.length);
  for (const victim of [...victims.slice(first), ...victims.slice(0, first)]) {
    using hold = victim.reserve();
    if (!hold) continue;
    await act(victim);
    return true;
  }
  return false;
}
