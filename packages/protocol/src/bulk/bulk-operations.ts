import { ORGANIZE_OUTPUT_BY } from './organized-output.js';
import type {
  BulkExport,
  BulkLevel,
  Level,
  ParameterDeclaration,
  RefusedParameter,
} from '../operations/operation.js';

const GUIDE = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';

/** How an operation of each level is addressed and described. */
const LEVELS: Readonly<
  Record<
    BulkLevel,
    {
      readonly id: string;
      readonly title: string;
      readonly at: Level;
      readonly resourceType: string | undefined;
      readonly whose: string;
    }
  >
> = {
  system: {
    id: 'export',
    title: 'Bulk Data export',
    at: 'system',
    resourceType: undefined,
    whose: 'all resources of a source',
  },
  patient: {
    id: 'patient-export',
    title: 'Bulk Data patient export',
    at: 'type',
    resourceType: 'Patient',
    whose: 'the resources of the types that are in the compartments of patients, of all patients,',
  },
  group: {
    id: 'group-export',
    title: 'Bulk Data group export',
    at: 'instance',
    resourceType: 'Group',
    whose: 'the resources in the compartments of the members of a group',
  },
};

const ENDING =
  'The status URL answers 202, and at the end 200 with the manifest or the error. DELETE of the status URL cancels the export, or removes its files once it is over; then it is 404.';

/** A list that version 3 may give as one text with commas, and version 4 by repeating the parameter. */
const list = (name: string, documentation: string): ParameterDeclaration => {
  return { name, min: 0, max: '*', type: 'string', documentation };
};

const PATIENT: ParameterDeclaration = {
  name: 'patient',
  min: 0,
  max: '*',
  type: 'Reference',
  documentation: 'Only resources in the compartment of one of these patients. By POST only.',
};

const ORGANIZE: ParameterDeclaration = {
  name: ORGANIZE_OUTPUT_BY,
  min: 0,
  max: '1',
  type: 'string',
  documentation:
    'Patient: the files consist of blocks, each with a header that names a patient and the resources in the compartment of this patient, of all types. Resources in no compartment are left out, and so are groups unless _type names Group.',
};

const GROUP_SINCE =
  ' Older resources of a member who joined the group later, by the start of member.period, are among them.';

/** Version 4 says it in a Coding. https://hl7.org/fhir/uv/bulkdata/CodeSystem-include-associated-data.html */
const associatedData = (version: BulkExport['version']): ParameterDeclaration => ({
  name: 'includeAssociatedData',
  min: 0,
  max: '*',
  type: version === 4 ? 'Coding' : 'string',
  documentation:
    'LatestProvenanceResources: of Provenance only that which was recorded last for each exported resource. RelevantProvenanceResources: all Provenance of exported resources; it wins over the other. Provenance is exported then even if _type does not name it. Not with a _typeFilter of other types.',
});

function parametersOf(version: BulkExport['version'], bulkLevel: BulkLevel): readonly ParameterDeclaration[] {
  return [
    {
      name: '_outputFormat',
      min: 0,
      max: '1',
      type: 'string',
      documentation: `Media type of the files: ${OUTPUT_FORMATS.join(', ')}; these are one format, and the default.`,
    },
    {
      name: '_since',
      min: 0,
      max: '1',
      type: 'instant',
      documentation: `Only resources whose meta.lastUpdated is later, and those without one. It must not be in the future.${
        bulkLevel === 'group' ? GROUP_SINCE : ''
      }`,
    },
    {
      name: '_until',
      min: 0,
      max: '1',
      type: 'instant',
      documentation: 'Only resources whose meta.lastUpdated is earlier, and those without one.',
    },
    list(
      '_type',
      bulkLevel === 'system'
        ? 'Only resources of these types. Default: all types that the source has.'
        : 'Only resources of these types. Default: all types that the source has and that are in the compartments of patients; others are left out.',
    ),
    list(
      '_elements',
      'Only these root elements, each for all types or, as Patient.name, for one, and those that are mandatory. The resources are tagged as SUBSETTED.',
    ),
    {
      name: '_typeFilter',
      min: 0,
      max: '*',
      type: 'string',
      documentation:
        'A FHIR search of one type, such as Observation?code=8867-4: only resources of the type that it finds, or another one of the same type.',
    },
    associatedData(version),
    ORGANIZE,
    ...(bulkLevel === 'system' ? [] : [PATIENT]),
    {
      name: 'allowPartialManifests',
      min: 0,
      max: '1',
      type: 'boolean',
      documentation:
        'Whether the manifest may come in pages, the first ones while the export runs. Each links to the next one.',
    },
    {
      name: 'source',
      min: 0,
      max: '1',
      type: 'string',
      documentation:
        'Of this server, not of the guide: name of a source that this server is configured with.',
    },
  ];
}

const REFUSED: readonly RefusedParameter[] = ['_minimumFileSize', '_maximumFileSize'].map((name) => ({
  name,
  code: 'not-supported',
  why: 'this server does not support it',
}));

/** Values of `_outputFormat`, all of the same meaning. */
export const OUTPUT_FORMATS = ['application/fhir+ndjson', 'application/ndjson', 'ndjson'] as const;

function bulkOperation(version: BulkExport['version'], bulkLevel: BulkLevel): BulkExport {
  const { id, title, at, resourceType, whose } = LEVELS[bulkLevel];
  const isLatest = version === 4;
  const lists = isLatest
    ? 'By POST only; lists are given by repeating a parameter.'
    : 'Lists are given with commas, or by repeating a parameter.';
  return {
    id: isLatest ? `${id}-v4` : id,
    code: isLatest ? '$export-v4' : '$export',
    title: isLatest ? `${title} of version 4` : title,
    description: `Exports ${whose} to NDJSON files, asynchronously, by Bulk Data ${version}.0.0${
      isLatest ? '-ballot' : ''
    }. ${lists} ${ENDING}`,
    definition: `${GUIDE}/${id}|${version}.0.0`,
    methods: isLatest ? ['POST'] : ['GET', 'POST'],
    levels: [at],
    resourceType,
    result: 'bulk',
    version,
    bulkLevel,
    parameters: parametersOf(version, bulkLevel),
    refused:
      bulkLevel === 'system'
        ? [...REFUSED, { name: 'patient', code: 'invalid', why: 'it is for exports of patients and groups' }]
        : REFUSED,
    outParameters: [],
  };
}

/** https://hl7.org/fhir/uv/bulkdata/export.html */
export const BULK_OPERATIONS: readonly BulkExport[] = ([3, 4] as const).flatMap((version) =>
  (['system', 'patient', 'group'] as const).map((bulkLevel) => bulkOperation(version, bulkLevel)),
);
