import type { ExportRecord } from '@millrace/export';
import { withTracedEnd } from '@millrace/lifecycle';
import type { OutcomePorts } from '@millrace/lifecycle';
import { describeSubjects, finishedSubject } from './describe-subjects.js';
import type { ExecutionPorts } from './ports.js';

/** The ports of a worker to decide an outcome. A decision is carried out even if the worker is told to stop. */
export function outcomePorts(ports: ExecutionPorts): OutcomePorts {
  const { jobs, store, artefacts, dispatcher, events, nonce, settings } = ports;
  const never = new AbortController().signal;
  return {
    jobs,
    store,
    artefacts,
    dispatcher,
    events,
    nonce,
    retentionMs: settings.retentionMs,
    describe: async (request) => (await describeSubjects(ports, request, never)).map(finishedSubject),
  };
}

/** The same for an end outside an attempt, which is told in the trace of the export. */
export async function tracedOutcomes(ports: ExecutionPorts, record: ExportRecord): Promise<OutcomePorts> {
  return outcomePorts(await withTracedEnd(ports, record));
}
