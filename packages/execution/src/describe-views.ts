import { ownBases } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import type { ViewFacts } from '@millrace/run';
import type { ExecutionPorts } from './ports.js';

/**
 * Facts of the views of an export, in request order.
 *
 * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
 */
export function describeViews(
  { pool, settings: { engine } }: Pick<ExecutionPorts, 'pool' | 'settings'>,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<readonly ViewFacts[]> {
  const { fhirVersion, format } = request;
  const views = request.subjects.map(({ view }, subject) => ({ subject, view }));
  return pool.describe({ views, fhirVersion, bases: ownBases(request), engine, format }, stop);
}
