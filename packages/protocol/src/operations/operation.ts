import type { IssueCode, ValueType } from '@millrace/fhir';

/** Where an operation is invoked: `[base]/$op`, `[base]/Type/$op` or `[base]/Type/{id}/$op`. */
export type Level = 'system' | 'type' | 'instance';

/** One parameter of an operation, as data: read by `read-parameters.ts`, published by `operation-definition.ts`. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly min: 0 | 1;
  readonly max: '1' | '*';
  /** `parts` has no value of its own but the parameters in `part`. */
  readonly type: ValueType | 'parts';
  readonly part?: readonly ParameterDeclaration[];
  /** Levels at which it is taken; absent means all. */
  readonly levels?: readonly Level[];
  readonly documentation: string;
  /** A resource of any type, which is data and no artefact. */
  readonly isData?: true;
}

/** A parameter of an answer. `decimal` carries whole numbers that outgrow a FHIR integer. */
export interface OutParameterDeclaration extends Omit<ParameterDeclaration, 'type' | 'part'> {
  readonly type: ParameterDeclaration['type'] | 'decimal' | 'Binary';
  readonly part?: readonly OutParameterDeclaration[];
}

/** A parameter that is known but not taken, with what to say about it. Not published. */
export interface RefusedParameter {
  /** With a dot for a part: `subject.parameters`. */
  readonly name: string;
  readonly code: IssueCode;
  readonly why: string;
}

/** Kinds of artefact that a request can name as a subject. The last two are Libraries with SQL. */
export type SubjectKind = 'ViewDefinition' | 'SQLQuery' | 'SQLView';

/** How an operation names one subject. Exactly one of the three forms is given per repetition. */
export interface SubjectNaming {
  /** In a run it stands for the subject in faults only. */
  readonly parameter: string;
  /** The name of the output; a run has none. */
  readonly name: string;
  readonly canonical: string;
  readonly reference: string;
  readonly resource: string;
  /** The values that are bound to the parameters of an SQLQuery; undefined where the operation takes none. */
  readonly values: string | undefined;
  readonly kinds: readonly SubjectKind[];
  /** True when an absolute reference that is not on this server may also be a canonical URL. */
  readonly referenceMayBeCanonical: boolean;
}

/**
 * HTTP methods that invoke operations. `given-parameters.ts` says where the parameters of each are: the body, or the query
 * of the URL.
 */
export type Method = 'GET' | 'POST';

/**
 * The kind of answer that an operation gives. `export` answers 202 at once; the client then polls a status and gets a
 * manifest, which is a Parameters resource, and files. `bulk` is the same by the rules of Bulk Data, with a manifest of
 * its own. `run` answers with the rows.
 */
export type ResultKind = 'export' | 'bulk' | 'run';

/** Whether a request must prefer an asynchronous answer (`Prefer: respond-async`), and whether it changes the server. */
export const RESULTS: Readonly<
  Record<ResultKind, { readonly isAsynchronous: boolean; readonly affectsState: boolean }>
> = {
  export: { isAsynchronous: true, affectsState: true },
  bulk: { isAsynchronous: true, affectsState: true },
  run: { isAsynchronous: false, affectsState: false },
};

/** One operation on the wire. Offering another one is another value of this type in `operations.ts`. */
export interface OperationDeclaration {
  /** Kept in `ExportRequest.operation`; also the id of the published OperationDefinition. */
  readonly id: string;
  /** With the `$`, as in URLs and in `CapabilityStatement.rest.operation.name`. */
  readonly code: `$${string}`;
  readonly title: string;
  readonly description: string;
  /** Canonical URL of the guide's OperationDefinition, the `base` of the one that this server publishes. */
  readonly definition: string;
  readonly methods: readonly Method[];
  readonly levels: readonly Level[];
  /** Resource type of the type and instance levels. */
  readonly resourceType: string | undefined;
  readonly result: ResultKind;
  /** In-parameters that are supported. */
  readonly parameters: readonly ParameterDeclaration[];
  readonly refused: readonly RefusedParameter[];
  readonly outParameters: readonly OutParameterDeclaration[];
}

/** An operation that exports the subjects which a request names. */
export interface SubjectExport extends OperationDeclaration {
  readonly result: 'export';
  readonly subject: SubjectNaming;
  /** Names of the parameters whose resources SQL subjects may depend on. */
  readonly context: readonly string[];
}

/** An operation that answers with the rows of one subject. `subject.parameter` stands for it in faults only. */
export interface SubjectRun extends OperationDeclaration {
  readonly result: 'run';
  readonly subject: SubjectNaming;
  /** Names of the parameters whose resources SQL subjects may depend on. */
  readonly context: readonly string[];
}

/** Whose resources a Bulk Data export has: those of everybody, of all patients, or of the members of a group. */
export type BulkLevel = 'system' | 'patient' | 'group';

/** An operation that exports resources as they are. https://hl7.org/fhir/uv/bulkdata/ */
export interface BulkExport extends OperationDeclaration {
  readonly result: 'bulk';
  /** Major version of the guide: they differ in how lists are given and in the manifest. */
  readonly version: 3 | 4;
  readonly bulkLevel: BulkLevel;
}

/** An operation that starts an export. */
export type KickOffOperation = SubjectExport | BulkExport;

/** Path below the FHIR base of an operation at a level, as a route pattern in the syntax of Express. */
export function operationPath(
  { code, resourceType }: Pick<OperationDeclaration, 'code' | 'resourceType'>,
  level: Level,
): string {
  const under = { system: '', type: `/${resourceType}`, instance: `/${resourceType}/:id` };
  return `${under[level]}/${code}`;
}
