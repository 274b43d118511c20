import type { AuditAction, AuditEntry, AuditedTerminology } from './audit-entry.js';

/** A JSON object, with the elements that every entry has. */
export interface AuditEventResource {
  readonly resourceType: 'AuditEvent';
  readonly id: string;
  readonly recorded: string;
  readonly subtype: Coding[];
  readonly outcomeDesc: string;
  readonly agent: { readonly who: Identified; readonly [element: string]: unknown }[];
  readonly entity: { readonly what?: Identified; readonly name?: string }[];
  readonly [element: string]: unknown;
}

interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

interface Identified {
  readonly identifier: { readonly value: string };
}

const EVENT_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTIONS = 'http://hl7.org/fhir/restful-interaction';

/** Action code (https://hl7.org/fhir/R4/valueset-audit-event-action.html) and RESTful interaction. */
const INTERACTION_OF: { readonly [Action in AuditAction]: readonly [action: string, interaction: string] } = {
  'kick-off': ['E', 'operation'],
  run: ['E', 'operation'],
  cancel: ['E', 'delete'],
  download: ['R', 'read'],
  delete: ['D', 'delete'],
  'activate-task': ['E', 'operation'],
  'change-queue': ['U', 'operation'],
  refuse: ['E', 'operation'],
};

/** An entry as AuditEvent of FHIR R4 (https://hl7.org/fhir/R4/auditevent.html). */
export function auditEvent({ start, startedAt, completedAt, result }: AuditEntry): AuditEventResource {
  const [action, interaction] = INTERACTION_OF[start.action];
  const exportId = start.exportId ?? (result.kind === 'success' ? result.exportId : undefined);
  return {
    resourceType: 'AuditEvent',
    id: start.id,
    type: { system: EVENT_TYPES, code: 'rest', display: 'RESTful Operation' },
    subtype: [{ system: INTERACTIONS, code: interaction, display: start.action }],
    action,
    period: { start: instant(startedAt), end: instant(completedAt) },
    recorded: instant(completedAt),
    ...outcomeOf(result),
    agent: [
      {
        who: { identifier: { value: `${start.tenant}/${start.client}` } },
        requestor: true,
        ...(start.address === undefined ? {} : { network: { address: start.address, type: '2' } }),
      },
    ],
    source: { observer: { display: 'Millrace' } },
    entity: [
      {
        ...(exportId === undefined ? {} : { what: { identifier: { value: exportId } } }),
        ...(start.object === undefined ? {} : { name: start.object }),
        ...(start.requestId === undefined
          ? {}
          : { detail: [{ type: 'request-id', valueString: start.requestId }] }),
      },
      ...(result.kind === 'success' ? (result.terminology ?? []) : []).map(terminologyEntity),
    ].filter((entity) => Object.keys(entity).length > 0),
  };
}

/** A ValueSet or ConceptMap that was used, by its canonical URL. */
function terminologyEntity({ canonical, version, source, rows }: AuditedTerminology) {
  return {
    what: { identifier: { value: canonical } },
    detail: [
      { type: 'terminology-source', valueString: source },
      ...(version === undefined ? [] : [{ type: 'version', valueString: version }]),
      { type: 'rows', valueString: String(rows) },
    ],
  };
}

/** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html; it has no code for an unknown outcome. */
function outcomeOf(result: AuditEntry['result']): { outcome?: string; outcomeDesc: string } {
  switch (result.kind) {
    case 'success':
      return { outcome: '0', outcomeDesc: `HTTP ${result.status}` };
    case 'error':
      return {
        outcome: result.status >= 500 ? '8' : '4',
        outcomeDesc: `HTTP ${result.status} ${result.code}: ${result.message}`,
      };
    case 'unknown':
      return { outcomeDesc: 'unknown: the end of the request was not recorded' };
    default:
      return result satisfies never;
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
