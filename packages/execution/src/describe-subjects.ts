import { ownBases } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import type { ViewFacts } from '@millrace/run';
import type { ExecutionPorts } from './ports.js';

/**
 * Facts of the subjects of an export, in request order.
 *
 * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
 */
export function describeSubjects(
  { pool, settings: { engine } }: Pick<ExecutionPorts, 'pool' | 'settings'>,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<readonly ViewFacts[]> {
  const { fhirVersion, format } = request;
  const views = request.subjects.map((subject, index) => {
    switch (subject.kind) {
      case 'view':
        return { subject: index, view: subject.view };
      default:
        return subject.kind satisfies never;
    }
  });
  return pool.describe({ views, fhirVersion, bases: ownBases(request), engine, format }, stop);
}
