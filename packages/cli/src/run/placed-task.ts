import type { RangeTask } from '@millrace/run';
import type { InputPlace } from './input-place.js';

/** A task, and where its input lies. */
export interface PlacedTask {
  readonly task: RangeTask;
  readonly place: InputPlace;
}
