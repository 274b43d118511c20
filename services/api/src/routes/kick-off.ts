import type { TenantLimits } from '@millrace/auth';
import type { ExportOrder, Notice, Owner } from '@millrace/export';
import { findRepetition, prepareExport, traceObjects } from '@millrace/lifecycle';
import type { AcceptPorts, Acceptance, Answers, Repetition } from '@millrace/lifecycle';
import { withTrace } from '@millrace/observability';
import type { Events, Tracing } from '@millrace/observability';
import {
  exportUrls,
  kickOffAnswer,
  orderKickOff,
  readPreferences,
  tooManyExports,
  tooManySubjects,
} from '@millrace/protocol';
import type {
  BulkContext,
  KickOffContext,
  KickOffOperation,
  Level,
  ResolveTerminology,
} from '@millrace/protocol';
import type { Gate } from '@millrace/threads';
import { rememberTerminology } from '../audit/used-terminology.js';
import { readAccess } from '../auth/scope-rule.js';
import { exportLimitsOf } from '../export-limits.js';
import type { TenantExportLimits } from '../export-limits.js';
import { askedRequest } from '../http/asked-request.js';
import { bodyBytesOf } from '../http/json-body.js';
import { refusalOf } from '../http/refusal.js';
import { requireAcceptable } from '../http/representation.js';
import { requestIdOf } from '../http/request-id.js';
import { sendAnswer } from '../http/send-answer.js';
import { traceKickOff } from '../http/trace-kick-off.js';
import { idempotencyOf, requestOfRepetition } from '../idempotency.js';
import { openKickOffRoom } from '../kick-off-room.js';
import type { PreparedRoute } from '../routing/route.js';
import type { TenantRate } from '../tenant-rate.js';

/** The part of a context that is the same for all requests of a tenant. */
export type RequestContext = Omit<
  KickOffContext & BulkContext,
  'takeRoom' | 'definitions' | 'now' | 'access'
>;

export type KickOffRoutePorts = Omit<AcceptPorts, 'jobs'> & {
  jobsOf(tenant: string): AcceptPorts['jobs'];
  definitionsOf(tenant: string): KickOffContext['definitions'];
  /** Gives the value sets and concept maps of SQL their rows. */
  terminologyOf(tenant: string): ResolveTerminology;
  readonly artefacts: Pick<Answers, 'remember'>;
  /** What requests of a tenant may choose from, and how they are checked. @throws ScopeRefusedError */
  contextOf(tenant: string): RequestContext;
  readonly baseUrl: string;
  readonly rate: TenantRate;
  /** How CSV is written, beside what its client says. */
  readonly csv: Pick<ExportOrder, 'formulas'>;
  limitsOf(tenant: string): Pick<TenantLimits, 'subjects'> & TenantExportLimits;
  /** For the views of all kick-offs, in characters. */
  readonly views: Pick<Gate, 'enter'>;
  readonly tracing: Tracing;
  readonly events: AcceptPorts['events'] &
    Pick<Events, 'kickedOff' | 'kickOffRepeated' | 'viewsDoubted' | 'exportRefused'>;
};

/** Any method, because the protocol says what is wrong with the others. */
export function kickOffRoute(
  ports: KickOffRoutePorts,
  operation: KickOffOperation,
  level: Level,
): PreparedRoute['prepare'] {
  return async (request, response, { scopes, tenant, client }) => {
    const owner = { tenant, client };
    const span = traceKickOff(ports.tracing, operation.id, request, response);
    const { traceparent } = span;
    const events = withTrace(ports.events, traceparent);
    const store = {
      list: (prefix: string, after?: string) => ports.store.list(prefix, after),
      ...traceObjects(ports.store, ports.tracing, traceparent),
    };
    const requestId = requestIdOf(response);
    const asked = askedRequest(request);
    const preferences = readPreferences(request.get('Prefer'));
    const jobs = ports.jobsOf(owner.tenant);
    const room = openKickOffRoom(ports.views, bodyBytesOf(response), tenant);

    async function reportRefusal<Result>(work: () => Promise<Result>): Promise<Result> {
      try {
        return await work();
      } catch (error) {
        events.exportRefused({ ...refusalOf(error, requestId), requestId });
        throw error;
      }
    }

    /** Reads the order and reaches its source, or finds the export that an earlier, equal request began. */
    async function prepare(): Promise<() => Promise<Acceptance>> {
      requireAcceptable(response);
      await ports.rate.count(tenant);
      const idempotency = await idempotencyOf(operation, level, asked);
      const definitions = ports.definitionsOf(owner.tenant);
      const shared = ports.contextOf(tenant);
      const context = {
        ...shared,
        ...sqlChecksOf(shared, ports.terminologyOf, owner),
        definitions,
        takeRoom: room.take,
        access: readAccess(scopes),
        now: Date.now(),
      };
      let order: ExportOrder;
      try {
        order = await orderKickOff(operation, level, asked, context);
      } catch (error) {
        // The export of a repeated kick-off has copies of its subjects, whatever became of the stored ones since.
        const earlier = idempotency && (await findRepetition({ ...ports, jobs }, owner, idempotency));
        if (earlier === undefined) throw error;
        return () => Promise.resolve(earlier);
      }
      const { format } = order;
      const { subjects = Infinity, ...limits } = ports.limitsOf(tenant);
      if (order.subjects.length > subjects) throw tooManySubjects(order.subjects.length, subjects);
      const complete = {
        ...order,
        ...exportLimitsOf(limits),
        ...(format === 'csv' ? ports.csv : {}),
        ...(idempotency === undefined ? {} : { idempotency }),
        ...(traceparent === undefined ? {} : { traceparent }),
      };
      return prepareExport({ ...ports, jobs, events, store }, complete, owner);
    }

    function answerRepetition(repetition: Repetition): void {
      const first = requestOfRepetition(repetition);
      events.kickOffRepeated({ exportId: first.id, requestId });
      sendAnswer(response, kickOffAnswer(first, exportUrls(ports.baseUrl, first.id), preferences));
    }

    function answer(accepted: Acceptance): void {
      if (accepted.kind === 'full') throw tooManyExports(accepted.active);
      if (accepted.kind !== 'accepted') return answerRepetition(accepted);
      ports.artefacts.remember(accepted.request);
      rememberTerminology(response, accepted.request);
      const { id, format, subjects, notices = [] } = accepted.request;
      span.set({ 'millrace.export.id': id, 'millrace.subjects': subjects.length });
      events.kickedOff({
        exportId: id,
        operation: operation.id,
        format,
        subjects: subjects.length,
        requestId,
      });
      if (notices.length > 0) events.viewsDoubted({ exportId: id, ...loggedNotices(notices) });
      sendAnswer(response, kickOffAnswer(accepted.request, exportUrls(ports.baseUrl, id), preferences));
    }

    try {
      const accept = await reportRefusal(prepare);
      return {
        carryOut: () => reportRefusal(async () => answer(await accept())),
        [Symbol.dispose]: () => room[Symbol.dispose](),
      };
    } catch (error) {
      room[Symbol.dispose]();
      throw error;
    }
  };
}

/** The checks of SQL for a client, with the terminology of its tenant; none where SQL does not run. */
export function sqlChecksOf(
  { sql }: Pick<KickOffContext, 'sql'>,
  terminologyOf: KickOffRoutePorts['terminologyOf'],
  { tenant, client }: Owner,
): Pick<KickOffContext, 'sql'> {
  if (sql === undefined) return {};
  const turns = JSON.stringify([tenant, client]);
  return {
    sql: {
      analyse: (program, options) => sql.analyse(program, { ...options, client: turns }),
      terminology: terminologyOf(tenant),
    },
  };
}

const MOST_ELEMENTS_LOGGED = 10;

/** Where the views are doubtful; what is said of them may quote them. */
function loggedNotices(notices: readonly Notice[]): { count: number; elements: readonly string[] } {
  const elements = notices.slice(0, MOST_ELEMENTS_LOGGED).flatMap(({ expression }) => expression ?? []);
  return { count: notices.length, elements };
}
