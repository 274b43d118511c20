import { CONSOLE_FILES, consoleFile, eventStream } from '@millrace/console';
import type { LiveSnapshots } from '@millrace/console';
import { isExportId } from '@millrace/export';
import {
  DEFINITION_INTERACTIONS,
  DEFINITION_OPERATIONS,
  KICK_OFF_OPERATIONS,
  EXPORT_LIST_ROUTE,
  EXPORT_ROUTES,
  GROUP_ROUTES,
  RUN_OPERATIONS,
  STORED_TYPES,
  definitionOperationPath,
  operationPath,
} from '@millrace/protocol';
import type { CapableServer, DefinitionInteraction, StoredType } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import type { Permission } from '@millrace/auth';
import { auditEventSearch } from './admin/audit-event-search.js';
import type { AuditEventPorts } from './admin/audit-event-search.js';
import { exportHandlers } from './admin/export-handlers.js';
import type { AdminExportPorts } from './admin/export-handlers.js';
import { taskHandlers } from './admin/task-handlers.js';
import type { AdminTaskPorts } from './admin/task-handlers.js';
import { workerHandlers } from './admin/worker-handlers.js';
import { TOKEN_PATH } from './auth/compose-auth.js';
import type { ScopeRule } from './auth/scope-rule.js';
import { bulkPageRoute, bulkStatusRoute } from './routes/bulk-status.js';
import type { BulkPagePorts } from './routes/bulk-status.js';
import { cancelRoute } from './routes/cancel.js';
import type { CancelRoutePorts } from './routes/cancel.js';
import { bundleRoute } from './routes/bundles.js';
import { definitionSchema, validateDefinition } from './routes/definition-operations.js';
import type { DefinitionOperationPorts } from './routes/definition-operations.js';
import {
  createDefinition,
  deleteDefinition,
  readDefinition,
  readDefinitionHistory,
  searchDefinitions,
  updateDefinition,
} from './routes/definitions.js';
import { deleteResultRoute } from './routes/delete-result.js';
import type { DeleteResultPorts } from './routes/delete-result.js';
import { fileRoute } from './routes/file.js';
import type { FilePorts } from './routes/file.js';
import { readGroup, searchGroups } from './routes/groups.js';
import type { GroupPorts } from './routes/groups.js';
import { kickOffRoute } from './routes/kick-off.js';
import type { KickOffRoutePorts } from './routes/kick-off.js';
import { listExportsRoute } from './routes/list-exports.js';
import type { ListPorts } from './routes/list-exports.js';
import { metadataRoute, operationDefinitionRoute } from './routes/metadata.js';
import { resultRoute } from './routes/result.js';
import { smartConfigurationRoute, tokenRoute } from './routes/smart.js';
import type { SmartPorts } from './routes/smart.js';
import { runRoute } from './routes/run.js';
import type { RunRoutePorts } from './routes/run.js';
import { statusRoute } from './routes/status.js';
import type { StatusPorts } from './routes/status-ports.js';
import type {
  AuditTarget,
  ClientRoute,
  PreparedRoute,
  ExportRoute,
  OperatorRoute,
  PageRoute,
  PathParameters,
  PublicRoute,
} from './routing/route.js';

export type FhirPorts = KickOffRoutePorts &
  StatusPorts &
  BulkPagePorts &
  ListPorts &
  CancelRoutePorts &
  DeleteResultPorts &
  FilePorts &
  DefinitionOperationPorts &
  GroupPorts &
  SmartPorts &
  RunRoutePorts & {
    readonly server: CapableServer;
    /** Resource types that the sources have files of. */
    readonly types: () => Promise<readonly string[]>;
  };

export type OperatorPorts = AuditEventPorts &
  AdminExportPorts &
  AdminTaskPorts & {
    readonly board: RequestHandler;
    readonly snapshots: LiveSnapshots;
  };

const FHIR_PATH = '/fhir';
export const ADMIN_PATH = '/admin';
/** Pages for operators. */
export const CONSOLE_PATH = '/ops';
export const BOARD_PATH = `${CONSOLE_PATH}/queues`;
const BOARD_PAGES = '/queues{/*page}';

// An operation on a type looks like the address of a resource: operations come first.

/** Every address of the FHIR API. */
export function fhirRoutes(
  ports: FhirPorts,
): readonly (PublicRoute | ClientRoute | PreparedRoute | ExportRoute)[] {
  const { status, result, bulkStatus, bulkPage, file } = EXPORT_ROUTES;
  const { server } = ports;
  return [
    ...kickOffRows(ports),
    ...runRows(ports),
    listRow(ports),
    pollRow(status, statusRoute(ports)),
    exportRow('DELETE', status, 'none', { action: 'cancel', targetOf: exportOf }, cancelRoute(ports)),
    tellingPollRow(result, resultRoute(ports)),
    exportRow('DELETE', result, 'none', { action: 'delete', targetOf: exportOf }, deleteResultRoute(ports)),
    tellingPollRow(bulkStatus, bulkStatusRoute(ports)),
    exportRow('GET', bulkPage, 'content', 'none', bulkPageRoute(ports)),
    exportRow(
      'DELETE',
      bulkStatus,
      'none',
      { action: 'delete', targetOf: exportOf },
      deleteResultRoute(ports),
    ),
    {
      ...exportRow('GET', file, 'content', { action: 'download', targetOf: fileOf }, fileRoute(ports)),
      takesSignature: true,
    },
    publicRow('GET', '/metadata', metadataRoute(server, ports.types)),
    publicRow('GET', '/OperationDefinition/:id', operationDefinitionRoute(server)),
    publicRow('GET', '/.well-known/smart-configuration', smartConfigurationRoute(ports)),
    publicRow('POST', TOKEN_PATH, tokenRoute(ports)),
    clientRow('POST', FHIR_PATH, { kind: 'entries' }, bundleRoute(ports)),
    ...STORED_TYPES.flatMap((type) => [
      ...definitionOperationRows(ports, type),
      ...definitionRows(ports, type),
    ]),
    groupRow(GROUP_ROUTES.search, 's', searchGroups(ports)),
    groupRow(GROUP_ROUTES.read, 'r', readGroup(ports)),
  ];
}

/** Every address that the API adds to the operations listener. */
export function operatorRoutes(ports: OperatorPorts): readonly (OperatorRoute | PageRoute)[] {
  const exports = exportHandlers(ports);
  const tasks = taskHandlers(ports);
  const { workers, leases } = workerHandlers(ports);
  return [
    ...consoleRows(ports),
    operatorRow('GET', '/background-tasks', 'none', tasks.list),
    operatorRow('GET', '/background-tasks/:name', 'none', tasks.show),
    operatorRow(
      'POST',
      '/background-tasks/:name/activate',
      { action: 'activate-task', targetOf: taskOf },
      tasks.activate,
    ),
    operatorRow('GET', '/exports', 'none', exports.list),
    operatorRow('GET', '/exports/:id', 'none', exports.show),
    operatorRow('POST', '/exports/:id/cancel', { action: 'cancel', targetOf: exportOf }, exports.cancel),
    operatorRow('DELETE', '/exports/:id', { action: 'delete', targetOf: exportOf }, exports.remove),
    operatorRow('GET', '/workers', 'none', workers),
    operatorRow('GET', '/leases', 'none', leases),
    operatorRow('GET', '/AuditEvent', 'none', auditEventSearch(ports)),
  ];
}

/** Pages in a browser. The board changes queues by PUT only. */
function consoleRows({ board, snapshots }: OperatorPorts): readonly PageRoute[] {
  const pageRow = (path: string, handler: RequestHandler): PageRoute => ({
    method: 'GET',
    path: `${CONSOLE_PATH}${path}`,
    access: 'page',
    audit: 'none',
    handler,
  });
  return [
    ...Object.entries(CONSOLE_FILES).map(([path, file]) => pageRow(path, consoleFile(file))),
    pageRow('/events', eventStream(snapshots)),
    pageRow(BOARD_PAGES, board),
    { ...pageRow(BOARD_PAGES, board), method: 'PUT', audit: { action: 'change-queue', targetOf: pageOf } },
  ];
}

/** By any method, because the protocol says what is wrong with the others. */
function kickOffRows(ports: KickOffRoutePorts): readonly PreparedRoute[] {
  return KICK_OFF_OPERATIONS.flatMap((operation) =>
    operation.levels.map((level) => ({
      method: 'ANY',
      path: `${FHIR_PATH}${operationPath(operation, level)}`,
      access: 'client',
      scope: { kind: 'touched' },
      audit: { action: 'kick-off' },
      prepare: kickOffRoute(ports, operation, level),
    })),
  );
}

function runRows(ports: RunRoutePorts): readonly ClientRoute[] {
  return RUN_OPERATIONS.flatMap((operation) =>
    operation.levels.flatMap((level) =>
      operation.methods.map((method) => ({
        method,
        path: `${FHIR_PATH}${operationPath(operation, level)}`,
        access: 'client' as const,
        scope: { kind: 'touched' as const },
        audit: { action: 'run' as const },
        handler: runRoute(ports, operation, level),
      })),
    ),
  );
}

function definitionOperationRows(ports: DefinitionOperationPorts, type: StoredType): readonly ClientRoute[] {
  const handlers: Readonly<Record<string, ClientRoute['handler']>> = {
    $validate: validateDefinition(ports, type),
    $schema: definitionSchema(ports),
  };
  return DEFINITION_OPERATIONS.filter(({ resourceTypes }) => resourceTypes.includes(type)).flatMap(
    (operation) =>
      operation.levels.flatMap((level) =>
        operation.methods
          // Nothing is stored at the address of a type that could be looked at.
          .filter((method) => level === 'instance' || method === 'POST')
          .map((method) => {
            const handler = handlers[operation.code];
            if (handler === undefined) throw new Error(`${operation.code} has no handler`);
            return clientRow(
              method,
              `${FHIR_PATH}${definitionOperationPath(operation, type, level)}`,
              { kind: 'type', type, permission: 'r' },
              handler,
            );
          }),
      ),
  );
}

function definitionRows(ports: DefinitionOperationPorts, type: StoredType): readonly ClientRoute[] {
  const handlers: Readonly<Record<DefinitionInteraction, ClientRoute['handler']>> = {
    create: createDefinition(ports, type),
    'search-type': searchDefinitions(ports, type),
    'conditional-update': updateDefinition(ports, type),
    'history-type': readDefinitionHistory(ports, type),
    'history-instance': readDefinitionHistory(ports, type),
    vread: readDefinition(ports, type),
    read: readDefinition(ports, type),
    update: updateDefinition(ports, type),
    delete: deleteDefinition(ports, type),
  };
  // The keys of an object literal are those of its type.
  const interactions = Object.keys(DEFINITION_INTERACTIONS) as readonly DefinitionInteraction[];
  return interactions.map((interaction) => {
    const { method, path } = DEFINITION_INTERACTIONS[interaction];
    const scope = { kind: 'type', type, permission: PERMISSIONS[interaction] } as const;
    return clientRow(method, `${FHIR_PATH}/${type}${path}`, scope, handlers[interaction]);
  });
}

/** https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources */
const PERMISSIONS: Readonly<Record<DefinitionInteraction, Permission>> = {
  create: 'c',
  'search-type': 's',
  'conditional-update': 'u',
  'history-type': 's',
  'history-instance': 'r',
  vread: 'r',
  read: 'r',
  update: 'u',
  delete: 'd',
};

function clientRow(
  method: ClientRoute['method'],
  path: string,
  scope: ScopeRule,
  handler: ClientRoute['handler'],
): ClientRoute {
  return { method, path, access: 'client', scope, audit: 'none', handler };
}

function exportRow(
  method: ExportRoute['method'],
  path: string,
  tells: ExportRoute['tells'],
  audit: ExportRoute['audit'],
  handler: ExportRoute['handler'],
): ExportRoute {
  return { method, path: `${FHIR_PATH}${path}`, access: 'export', tells, isPoll: false, audit, handler };
}

function listRow(ports: ListPorts): ClientRoute {
  const path = `${FHIR_PATH}${EXPORT_LIST_ROUTE}`;
  return clientRow('GET', path, { kind: 'own' }, listExportsRoute(ports));
}

function groupRow(path: string, permission: Permission, handler: ClientRoute['handler']): ClientRoute {
  return clientRow('GET', `${FHIR_PATH}${path}`, { kind: 'type', type: 'Group', permission }, handler);
}

/** For clients that wait for the end of an export. */
function pollRow(path: string, handler: ExportRoute['handler']): ExportRoute {
  return { ...exportRow('GET', path, 'none', 'none', handler), isPoll: true };
}

/** The same, where they also get what the export has. */
function tellingPollRow(path: string, handler: ExportRoute['handler']): ExportRoute {
  return { ...pollRow(path, handler), tells: 'content' };
}

function publicRow(
  method: PublicRoute['method'],
  path: string,
  handler: PublicRoute['handler'],
): PublicRoute {
  return { method, path: `${FHIR_PATH}${path}`, access: 'public', audit: 'none', handler };
}

function operatorRow(
  method: OperatorRoute['method'],
  path: string,
  audit: OperatorRoute['audit'],
  handler: OperatorRoute['handler'],
): OperatorRoute {
  return { method, path: `${ADMIN_PATH}${path}`, access: 'operator', audit, handler };
}

function exportOf({ id = '' }: PathParameters): AuditTarget {
  // A client may send anything, so only an id is written down.
  return isExportId(id) ? { exportId: id } : {};
}

function fileOf(parameters: PathParameters): AuditTarget {
  const { name = '' } = parameters;
  return { ...exportOf(parameters), ...(/^[\w.-]{1,128}$/.test(name) ? { object: name } : {}) };
}

function taskOf({ name = '' }: PathParameters): AuditTarget {
  return /^\w{1,64}$/.test(name) ? { object: name } : {};
}

/** The queue, the message and the change, as the address of the board names them. */
function pageOf({ page }: PathParameters): AuditTarget {
  // A wildcard of a path is a list of its segments.
  const object = [page ?? []].flat().slice(2).join('/').slice(-128);
  return /^[\w.:/-]+$/.test(object) ? { object } : {};
}
