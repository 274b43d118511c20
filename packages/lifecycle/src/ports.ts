import type { ExportRequest, JobStore } from '@millrace/export';
import type { Events } from '@millrace/observability';
import type { ObjectStore } from '@millrace/storage';
import type { Dispatcher } from './dispatcher.js';
import type { FinishedSubject } from './finished-subject.js';
import type { Artefacts } from './remembered-artefacts.js';

/** The ports that every way to end an export needs. */
export interface EndPorts {
  readonly jobs: Pick<JobStore, 'decide' | 'settle'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read'>;
  readonly dispatcher: Pick<Dispatcher, 'nudge'>;
  readonly events: Pick<Events, 'deciding' | 'manifestCommitted' | 'noticed' | 'exportSettled'>;
  /** A fresh name for one decision: unguessable, safe in object keys. */
  nonce(): string;
}

/** The ports to decide any outcome, and to end an export whose decider died. */
export interface OutcomePorts extends EndPorts {
  readonly jobs: Pick<JobStore, 'read' | 'decide' | 'settle' | 'parts' | 'doneParts' | 'tallies'>;
  readonly store: Pick<ObjectStore, 'createIfAbsent' | 'read' | 'list' | 'remove'>;
  readonly artefacts: Pick<Artefacts, 'request' | 'plan' | 'page'>;
  /** How long a result stays after its export has ended. */
  readonly retentionMs: number;
  /** The engine and the columns of each subject of a request, in its order, whether or not rows were read. */
  describe(request: ExportRequest): Promise<readonly FinishedSubject[]>;
}
