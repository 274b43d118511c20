import { sourceList } from '../selection/choose-source.js';
import { sourceExtensions } from './extensions.js';
import { FHIR_JSON } from '../http/answer.js';
import { FORMATS_OF } from '../outputs/format.js';
import type { BulkExport, OperationDeclaration } from '../operations/operation.js';
import { bulkEntry, listedResources } from './listed-resources.js';
import type { ServerDescription } from './operation-definition.js';
import { OPERATIONS } from '../operations/all-operations.js';
import { REPRESENTATIONS } from '../http/representation.js';
import { operationDefinitionUrl, trimSlash } from '../http/urls.js';

/** The facts about the server that its OperationDefinitions do not have. */
export interface CapableServer extends ServerDescription {
  readonly fhirVersion: string;
  /** Whether scripts of other origins may use it. */
  readonly allowsOrigins: boolean;
  /** Where clients get access tokens; undefined where there is no such place. */
  readonly tokenUrl?: string | undefined;
}

const BULK_GUIDE = 'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data';

const ENVELOPE = `Where Accept asks a run for ${FHIR_JSON}, rows come in csv and json as a Binary resource that holds them in base64; ndjson and parquet are then refused with 406.`;

/**
 * The body of `[base]/metadata`.
 *
 * @param types that the sources have files of
 * @see https://hl7.org/fhir/uv/sql-on-fhir/operations-capability.html
 * @see https://hl7.org/fhir/uv/bulkdata/STU3/export.html#server-capability-documentation
 */
export function capabilityStatement(
  server: CapableServer,
  types: readonly string[],
  operations: readonly OperationDeclaration[] = OPERATIONS,
): Readonly<Record<string, unknown>> {
  const bulk = operations.filter(isBulk);
  return {
    resourceType: 'CapabilityStatement',
    ...(bulk.length === 0 ? {} : { instantiates: [BULK_GUIDE] }),
    status: 'active',
    date: server.date,
    kind: 'instance',
    software: { name: 'Millrace', version: server.version },
    implementation: {
      description: 'Exports FHIR data as tables',
      url: trimSlash(server.baseUrl),
    },
    fhirVersion: server.fhirVersion,
    format: [...REPRESENTATIONS, 'json'],
    rest: [
      {
        extension: sourceExtensions(server),
        mode: 'server',
        documentation: `Files of an export are written as ${FORMATS_OF.export}; rows of a run as ${FORMATS_OF.run}. ${ENVELOPE} ${sourceList(server)}`,
        security: { cors: server.allowsOrigins, ...smartSecurity(server.tokenUrl) },
        resource: listedResources(types, bulk, server.baseUrl),
        // Bundles of definitions, at the base.
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        operation: [
          ...operations
            .filter((operation) => !isBulk(operation))
            .map((operation) => ({
              name: operation.code,
              definition: operationDefinitionUrl(server.baseUrl, operation.id),
              documentation: `${operation.description} Output formats: ${FORMATS_OF[operation.result]}.`,
            })),
          ...bulk.filter(({ bulkLevel }) => bulkLevel === 'system').map(bulkEntry),
        ],
      },
    ],
  };
}

/** https://hl7.org/fhir/smart-app-launch/conformance.html#using-cs */
function smartSecurity(tokenUrl: string | undefined): Readonly<Record<string, unknown>> {
  if (tokenUrl === undefined) return {};
  const system = 'http://terminology.hl7.org/CodeSystem/restful-security-service';
  return {
    service: [{ coding: [{ system, code: 'SMART-on-FHIR' }] }],
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [{ url: 'token', valueUri: tokenUrl }],
      },
    ],
  };
}

function isBulk(operation: OperationDeclaration): operation is BulkExport {
  return operation.result === 'bulk';
}
