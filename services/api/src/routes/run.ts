import type { Events } from '@millrace/observability';
import { orderRun } from '@millrace/protocol';
import type { Level, SubjectRun } from '@millrace/protocol';
import { readAccess } from '../auth/scope-rule.js';
import { askedRequest } from '../http/asked-request.js';
import { bodyBytesOf } from '../http/json-body.js';
import { refusalOf } from '../http/refusal.js';
import { requestIdOf } from '../http/request-id.js';
import { takesTrailers } from '../http/takes-trailers.js';
import { openKickOffRoom } from '../kick-off-room.js';
import type { ClientRoute } from '../routing/route.js';
import { runLimitsOf } from '../run/run-limits.js';
import { serveQuery } from '../run/serve-query.js';
import type { QueryPorts } from '../run/serve-query.js';
import { serveRun } from '../run/serve-run.js';
import type { RunPorts } from '../run/serve-run.js';
import { sqlChecksOf } from './kick-off.js';
import type { KickOffRoutePorts } from './kick-off.js';

export type RunRoutePorts = Pick<
  KickOffRoutePorts,
  'definitionsOf' | 'terminologyOf' | 'contextOf' | 'views'
> &
  QueryPorts & {
    readonly run: RunPorts;
    readonly events: QueryPorts['events'] & Pick<Events, 'runRefused'>;
  };

/** Answers with the rows of a view, or of SQL. */
export function runRoute(ports: RunRoutePorts, operation: SubjectRun, level: Level): ClientRoute['handler'] {
  return async (request, response, { scopes, ...owner }) => {
    const requestId = requestIdOf(response);
    const asked = askedRequest(request);
    const order = async (): ReturnType<typeof orderRun> => {
      using room = openKickOffRoom(ports.views, bodyBytesOf(response), owner.tenant);
      const definitions = ports.definitionsOf(owner.tenant);
      const shared = ports.contextOf(owner.tenant);
      return await orderRun(operation, level, asked, {
        ...shared,
        ...sqlChecksOf(shared, ports.terminologyOf, owner),
        definitions,
        takeRoom: room.take,
        access: readAccess(scopes),
      });
    };
    const run = await order().catch((error: unknown) => {
      ports.events.runRefused({ ...refusalOf(error, requestId), requestId });
      throw error;
    });
    const about = { requestId, operation: operation.id, format: run.form.format };
    const common = { about, takesTrailers: takesTrailers(request) };
    const limits = runLimitsOf(ports.run.limits, ports.limitsOf(owner.tenant));
    const ofTenant = { ...ports.run, limits };
    switch (run.kind) {
      case 'view': {
        const client = JSON.stringify([owner.tenant, owner.client]);
        return serveRun(ofTenant, { ...common, run, client }, response);
      }
      case 'sql':
        return serveQuery({ ...ports, run: ofTenant }, { ...common, run, owner }, response);
      default:
        return run satisfies never;
    }
  };
}
