import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;
/** Bytes that were alive at the last collection, and room for some garbage. */
let neededBytes = 0;
const MIB = 1 << 20;
const GARBAGE_BYTES = 16 * MIB;

/**
 * Collects the garbage of this thread, if its heap is larger than it needs to be while it has nothing to do. V8 leaves it until
 * there is something to allocate again, and each of many threads then keeps the memory of its largest task.
 */
export function giveBackMemory(keptMb: number): void {
  if (getHeapStatistics().total_heap_size <= Math.max(keptMb * MIB, neededBytes)) return;
  collect ??= collector();
  collect();
  neededBytes = getHeapStatistics().total_heap_size + GARBAGE_BYTES;
}

/** https://nodejs.org/api/v8.html#v8setflagsfromstringflags: contexts that are made afterwards have the function. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return typeof gc === 'function' ? () => void (gc as () => void)() : () => undefined;
}
