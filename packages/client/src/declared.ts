// Written by `npm run docs` from the declarations in packages/protocol. A test fails when it is stale.

/** Operations with their in-parameters and the types of these; with a dot, those of their parts. */
export const IN_PARAMETERS = {
  "$sql-run": {
    "subjectCanonical": "canonical",
    "subjectReference": "Reference",
    "subjectResource": "Resource",
    "parameters": "Resource",
    "context": "Resource",
    "resource": "Resource",
    "_format": "code",
    "header": "boolean",
    "_limit": "integer",
    "patient": "Reference",
    "group": "Reference",
    "_since": "instant",
    "source": "string"
  },
  "$sql-export": {
    "subject": "parts",
    "subject.name": "string",
    "subject.subjectCanonical": "canonical",
    "subject.subjectReference": "Reference",
    "subject.subjectResource": "Resource",
    "subject.parameters": "Resource",
    "context": "Resource",
    "clientTrackingId": "string",
    "_format": "code",
    "header": "boolean",
    "compression": "code",
    "onMismatch": "code",
    "partBytes": "integer",
    "partRows": "integer",
    "partitionBy": "string",
    "tableFormat": "code",
    "destination": "string",
    "patient": "Reference",
    "group": "Reference",
    "_since": "instant",
    "source": "string"
  }
} as const;

/** In-parameters of Bulk Data, by the major version of its guide. */
export const BULK_PARAMETERS = {
  "3": {
    "_outputFormat": "string",
    "_since": "instant",
    "_until": "instant",
    "_type": "string",
    "_elements": "string",
    "_typeFilter": "string",
    "includeAssociatedData": "string",
    "organizeOutputBy": "string",
    "allowPartialManifests": "boolean",
    "source": "string",
    "patient": "Reference"
  },
  "4": {
    "_outputFormat": "string",
    "_since": "instant",
    "_until": "instant",
    "_type": "string",
    "_elements": "string",
    "_typeFilter": "string",
    "includeAssociatedData": "Coding",
    "organizeOutputBy": "string",
    "allowPartialManifests": "boolean",
    "source": "string",
    "patient": "Reference"
  }
} as const;

/** Parameters of the answers about an export of tables. */
export const OUT_PARAMETERS = {
  "exportId": "string",
  "clientTrackingId": "string",
  "status": "code",
  "location": "uri",
  "cancelUrl": "uri",
  "_format": "code",
  "exportStartTime": "instant",
  "exportEndTime": "instant",
  "exportDuration": "integer",
  "estimatedTimeRemaining": "integer",
  "subjectsTotal": "integer",
  "subjectsDone": "integer",
  "currentSubject": "string",
  "shardsTotal": "integer",
  "shardsDone": "integer",
  "bytesTotal": "decimal",
  "bytesRead": "decimal",
  "rowsWritten": "decimal",
  "bytesWritten": "decimal",
  "filesWritten": "decimal",
  "notice": "parts",
  "notice.kind": "code",
  "notice.diagnostics": "string",
  "notice.expression": "string",
  "notice.count": "decimal",
  "output": "parts",
  "output.name": "string",
  "output.location": "uri"
} as const;

/** Media types of rows, by the code of their format. */
export const MEDIA_TYPES = {
  "ndjson": "application/x-ndjson",
  "csv": "text/csv",
  "json": "application/json",
  "parquet": "application/vnd.apache.parquet",
  "fhir": "application/fhir+json"
} as const;

/** Tells of notices about a run. */
export const NOTICES_HEADER = "X-Millrace-Notices";

/** Has the status of an export whose poll is answered with 200. */
export const EXPORT_STATUS_HEADER = "X-Export-Status";

/** Facts about a file, beside its URL. Other servers do not send it. */
export const EXPORT_FILE_EXTENSION = "urn:millrace:fhir:extension:export-file";

/** A column of an output, with its types. Other servers do not send it. */
export const COLUMN_EXTENSION = "urn:millrace:fhir:extension:column";

/** Codes of issues of an OperationOutcome. https://hl7.org/fhir/R4/valueset-issue-type.html */
export type IssueCode = "invalid" | "structure" | "required" | "value" | "invariant" | "security" | "login" | "unknown" | "expired" | "forbidden" | "suppressed" | "processing" | "not-supported" | "duplicate" | "multiple-matches" | "not-found" | "deleted" | "too-long" | "code-invalid" | "extension" | "too-costly" | "business-rule" | "conflict" | "transient" | "lock-error" | "no-store" | "exception" | "timeout" | "incomplete" | "throttled" | "informational";
