import type { Sink, Source } from '@millrace/storage';
import { findSuperseded } from '../versions/find-superseded.js';
import type { SupersededObject, VersionsTask } from '../versions/versions-task.js';

/** Finds the superseded lines of the patients of a source; the objects of all shares. */
export async function runVersions(
  from: Source,
  sink: Sink,
  more: Partial<VersionsTask> = {},
): Promise<readonly SupersededObject[]> {
  const { shares = 1 } = more;
  const objects: SupersededObject[] = [];
  for (let share = 0; share < shares; share += 1) {
    const task: VersionsTask = {
      source: 'default',
      fhirVersion: 'R4',
      resourceType: 'Patient',
      inputs: await from.list('Patient'),
      firstInput: 0,
      until: '2030-01-01T00:00:00Z',
      subject: 0,
      partPrefix: `t/e/shard-${share}/1-n/`,
      ...more,
      share,
      shares,
    };
    const { last } = await findSuperseded(task, {
      source: from,
      sink,
      control: () => 'run',
      onUpload: () => undefined,
    });
    for (const part of last?.parts ?? []) objects.push(part);
  }
  return objects;
}
