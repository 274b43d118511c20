import { join } from 'node:path';
import type { RangeTask } from '@millrace/run';
import { createPartEncoder } from '@millrace/formats';
import type { Format } from '@millrace/formats';
import { compileView } from '@millrace/viewdef';
import type { PlainRequest } from './plain-thread.js';

/**
 * The same ranges for plain threads: one file for each view of a range.
 *
 * @param input folder of the source
 * @param output folder of the files
 */
export function plainRequests(tasks: readonly RangeTask[], input: string, output: string): PlainRequest[] {
  return tasks.map((task, index) => ({
    range: {
      file: join(input, task.input.key),
      start: task.start,
      end: task.end,
      outputs: task.views.map(({ subject, view }) => ({
        file: join(output, `${index}-${subject}.${task.format}`),
        header: headerOf(view, task),
      })),
    },
    views: task.views.map(({ view }) => view),
    format: fileFormat(task),
  }));
}

/** The bytes of a file without rows. */
function headerOf(view: unknown, { fhirVersion, format }: RangeTask): Uint8Array {
  const { columns } = compileView(view, { engine: 'codegen', fhirVersion });
  return createPartEncoder({ format, header: true }, columns).finish();
}

/** Plain threads write with the scan, which has no other formats. */
function fileFormat({ format }: RangeTask): Format {
  if (format === 'fhir') throw new Error('plain threads write files, and fhir is no format of files');
  return format;
}
