import {
  DEFINITION_INTERACTIONS,
  DEFINITION_OPERATIONS,
  EXPORT_LIST_ROUTE,
  EXPORT_ROUTES,
  NOTICES_HEADER,
  OPERATIONS,
  STORED_TYPES,
  definitionOperationPath,
  operationPath,
  searchParametersOf,
} from '@millrace/protocol';
import type {
  DefinitionInteraction,
  OperationDeclaration,
  OutParameterDeclaration,
} from '@millrace/protocol';
import { BINDABLE_TYPES } from '@millrace/sqlquery';
import { refusedParameters, searchModifiers } from '@millrace/search';

const INTRODUCTION = `# Protocol

The addresses of the FHIR API, below the FHIR base (\`/fhir\` of the API). \`GET /metadata\` and
\`GET /OperationDefinition/{id}\` tell a client the same.

Every error is an OperationOutcome. \`expression\` names the parameter or the element at fault, and one answer has all
problems of a request that were found.

This document is made from the declarations in \`packages/protocol/src/operations\` by \`npm run docs\`; a test fails when it is
stale.`;

const {
  status: STATUS,
  result: RESULT,
  bulkStatus: BULK_STATUS,
  bulkPage: BULK_PAGE,
  file: FILE,
} = EXPORT_ROUTES;

const EXPORTS = `## An export

| Request | Answer |
| --- | --- |
| kick-off | 202 with \`Content-Location: <status>\` |
| \`GET ${inBraces(STATUS)}\` | 202 while it runs, with \`Retry-After\` and \`X-Progress\`; then 303 to the result |
| \`GET ${inBraces(RESULT)}\` | 200 with the manifest, or the error of an export that failed |
| \`GET ${inBraces(FILE)}\` | 200 with a file |
| \`DELETE ${inBraces(STATUS)}\` | 202: the export is cancelled. It changes nothing after the end of the export |
| \`DELETE ${inBraces(RESULT)}\` | 202: the export is removed, with its files |
| \`GET ${EXPORT_LIST_ROUTE}\` | 200 with a Bundle of the exports that the client itself has started |

[asynchrony.md](asynchrony.md) has the preferences of a kick-off, how it is repeated, and how an export is followed and found
again. A file has its SHA-256 as \`ETag\`, and is sent in ranges to clients that ask for them. With \`Accept-Encoding: gzip\` a
whole file that is not Parquet is packed on the way. It has no length and no ranges then, and \`-gzip\` at the end of its \`ETag\`.
While \`MAX_PACKED_DOWNLOADS\` files are being packed, it comes as it is.
A file that is stored in gzip (\`compression\`) goes as it is stored to clients that take gzip, with length and ranges of that form, and
is unpacked for others, without ranges. Its extension has \`bytes\` and \`sha256\` of the content, and \`gzipBytes\` and \`gzipSha256\` of
the form that is stored.
With \`DOWNLOADS=redirect\` a GET without a condition is answered with 307 to an address at the object store, which counts for
\`DOWNLOAD_LINK_LIFETIME\`, and until the export expires at the latest.
An \`If-Match\` that names none of its ETags is answered with 412. \`If-Unmodified-Since\` is passed over: a file has no \`Last-Modified\`.

Each \`output\` of a result with columns has an extension \`urn:millrace:fhir:extension:column\` for each of them, in their order:
\`name\`, \`fhirType\`, \`collection\` (a cell is a list, and the types are those of its entries), \`sqlType\` and \`parquetType\`. For a
view these are what \`ViewDefinition/{id}/$schema\` tells, whatever the format; for SQL, \`sqlType\` is that of DuckDB, and there is no
\`fhirType\` or \`parquetType\`.

Clients treat these addresses as opaque. After a cancel, a removal or the end of its time an export is 404. Its files are
removed when no instance is sending one of them any more, after a minute at the latest.

\`patient\`, \`group\` and \`_since\` choose resources before they become rows, by the rules of
[decision 6](adr/0006-filters.md): the resources in the compartments of the patients, or of the present members of the groups; with
both, of the patients who are in both; with \`_since\`, those of them that were changed later or do not say when. A group without
members gives no rows. A patient or group that the source does not have is 400 \`not-found\`, with \`patient\` or \`group\` as
\`expression\`. While the server does not know yet who exists, because it still indexes the source, the answer is 503
\`transient\` with \`Retry-After\`.`;

const DEFINITIONS = `## Stored definitions

The server stores resources of the types ${STORED_TYPES.map((type) => `\`${type}\``).join(', ')}, with their versions. A subject may name a ViewDefinition by
\`ViewDefinition/{id}\`, in an earlier version by \`ViewDefinition/{id}/_history/{version}\`, or by its \`url\`, with or without
its \`version\`. Of several with one \`url\`, an active one comes before a draft; among equals the highest \`version\` counts, and
then the one that was changed last. ViewDefinitions and Libraries come before ValueSets, and these before ConceptMaps; of
several versions of a ValueSet or ConceptMap none is chosen. An export has copies of its views: later changes do not concern it.

${interactionTable({
  create:
    '201 with `Location`. The server gives the id. With `If-None-Exist` 200 and nothing is stored if one definition matches, 412 if several do',
  'search-type': '200 with a Bundle of a page of all that match',
  'conditional-update':
    '201 or 200: updates the definition that the query finds, or creates it. 412 if several match, 409 if none does and the `id` of the body is taken',
  'history-type':
    '200 with a Bundle of the versions of all definitions, the latest first by the times of the object store',
  'history-instance': '200 with a Bundle of the versions and deletions, the latest first',
  vread: '200; 410 for a deletion',
  read: '200; 304 if the version is in `If-None-Match`; 410 after DELETE',
  update:
    '201 or 200. `id` of the body is that of the address. With `If-Match` only from that version, else 412',
  delete: '204, also if there is nothing to delete. With `If-Match` as an update',
})}

- A resource comes back as it was sent, character by character, but for its \`meta\`, and \`id\` where the server gives it. Elements
  that this server does not know stay. A property that is twice in one object is 400.
- A view is checked as in a kick-off: with \`Prefer: handling=strict\`, which is the default, a likely mistake is 422. With
  \`handling=lenient\` it is stored, and \`return=OperationOutcome\` has what is doubtful in it. Of a Library with SQL the profile is
  checked, and not the SQL. \`resourceType\` may be the URL of the logical model, as in guides before the ballot.
- \`return=minimal\` has no body.
- Search parameters: ${STORED_TYPES.map((type) => searchParametersOf(type))
  .reduce((one, other) => [...one, ...other.filter(({ name }) => !one.some((known) => known.name === name))])
  .map(({ name }) => `\`${name}\``)
  .join(
    ', ',
  )}. \`resource\` is for ViewDefinitions, \`type\` for Libraries. \`url\` may end with \`|version\`. Commas separate values that may match; a repeated parameter must
  match each time. Strings are found by their start and have \`:exact\`, tokens \`:not\`, and all but \`_id\` and \`_lastUpdated\` have \`:missing\`.
  \`_count\` is 1,000 at most, \`_count=0\` and \`_summary=count\` give the number only, and a page links to the next one. Other
  parameters are refused, \`_sort\` and \`_elements\` among them, and so is \`POST /{type}/_search\`.
- A definition keeps its last 1,000 versions. Older ones are removed from time to time, an hour after they were stored at the earliest.
- A history takes \`_count\`, 100 at most, and \`_since\`. More than 20,000 versions are 422.
- One definition has 2,097,152 characters at most, and all of them together \`DEFINITIONS_LIMIT_BYTES\` in their latest versions.
- Of equal conditional requests at the same time, at any instances, one creates.

### Bundles of definitions

\`POST [base]\` takes a Bundle of type \`batch\` or \`transaction\` with 1,000 entries at most, 5,000 values in its conditions and searches,
and views that are checked in 30 s. Entries are done in the order DELETE,
POST, PUT, GET, and answered in their own. An entry has the requests of the table above but histories, and \`ifMatch\`, \`ifNoneMatch\` and
\`ifNoneExist\`. The answer has no resources that were stored, unless \`return=representation\` is preferred, and 32 MiB of resources
at most.

- A batch does each entry by itself.
- A transaction is checked as a whole before the first write: every resource, condition, version and size. One fault
  refuses all, and \`expression\` names its entry. A definition may be in one entry only.
- The changes of a transaction are made together: their versions are written first, and do not count. Then one object is
  created, if absent, that makes all of them count. Whenever a process dies and whatever the object store refuses, all count or none. When the object
  store does not answer at the last step the answer is 503, and the transaction counts or not; the same one with
  \`ifNoneExist\` or \`ifMatch\` may be repeated. While it is being written, changes of the same definitions wait, and are 409
  after some seconds. A transaction whose process died is aborted by the next change of one of its definitions after a minute.
- It is not isolated from readers: while instances hear of it, one request may see some of its changes and not the others.
- In the resources, a \`fullUrl\` of the form \`urn:uuid:…\` or \`urn:oid:…\` becomes the \`Type/id\` of its entry, wherever it is a
  whole text, unless it is also the canonical \`url\` of a resource in the Bundle. A reference to such a URL that no entry has is
  400, and so is a reference by search parameters.`;

const SQL = `## SQL

A subject may be a Library with SQL: an SQLQuery, or an SQLView with all of its rows. An export may mix them with
ViewDefinitions, and everything of it is made from one state of the source. \`patient\`, \`group\` and \`_since\` choose resources before they become rows of
views, and so before SQL runs.

- The SQL is that of DuckDB. Of several \`content\` one with \`dialect=duckdb\` is taken, else one without a dialect; other dialects are
  422. \`data\` counts, whatever the extension \`sql-text\` says.
- It is one SELECT. It selects from its dependencies by their labels, and from nothing else: no files, settings or other
  statements. Labels and names of columns are the same in any letter case.
- A dependency is a ViewDefinition, an SQLView, a ValueSet or a ConceptMap. It is found by its \`url\`, with the \`version\` that the
  dependency names, first in \`context\`, then among the stored definitions. Each is resolved once for a request, and stored
  with the export. Columns of a view have the types that \`ViewDefinition/{id}/$schema\` tells.
- A value set or concept map is used as the request brings it, else as it is stored here, else as the terminology server of the operator
  gives it; a canonical URL that nothing here has may also be that of an external table of the operator. All subjects of a
  request see one content, which is stored with the export. A value set without an expansion is expanded by the terminology
  server; without one it is 422 \`processing\`, as are an incomplete expansion, a map that rows cannot express, and more rows than
  \`TERMINOLOGY_ROWS\`. Unknown is 404; so are several versions where none is named. Each \`output\` of a result has an extension
  \`urn:millrace:fhir:extension:terminology\` for each value set and concept map of its SQL: what was asked for, what was found, from where,
  how many rows, and the identifier, time and parameters of the expansion.
- One request has 200 artefacts at most beside its subjects; SQLViews stand on each other over 16 levels at most, and never in a circle.
- A parameter is written \`:name\`. Values of \`parameters\` are bound and are never part of the text; they have the
  \`value[x]\` of the declared type: ${BINDABLE_TYPES.map((type) => `\`${type}\``).join(', ')}. Case counts in their names. Dates are
  full dates. Columns of FHIR dates are text, because they may be partial, and a \`date\` or a \`dateTime\` without a time compares with
  them as text. A moment (an \`instant\`, a \`dateTime\` with a time) is a \`TIMESTAMP WITH TIME ZONE\`, because offsets may differ: text
  beside it needs \`CAST(column AS TIMESTAMPTZ)\`, or \`TRY_CAST\` where dates may be partial. Without a value a parameter is null, but one with
  \`min\` above 0 must have one.
- Before the answer, all SQL is analysed against the columns that it will find, without data. Faults are 422 \`invalid\` with line and column in
  \`diagnostics\`, and with the \`content\` in \`expression\` if the Library is in the request. SQL that cannot be analysed in a few
  seconds is 422 \`too-costly\`.`;

const RUNS = `## A run

| \`_format\` | \`Accept\` | Answer |
| --- | --- | --- |
| a format of files | absent, a wildcard, the media type of the format, \`application/octet-stream\`, or another one | the rows in this format |
| csv, json | \`application/fhir+json\` | a Binary resource with the rows in base64 |
| ndjson, parquet, absent | \`application/fhir+json\` | 406 |
| any | \`application/fhir+xml\` | 406 |
| fhir | any other | a Parameters resource with a \`row\` for each row, and a part with a typed value for each column that is not null |
| absent | the media type of a format of files | the rows in that format |
| absent | absent, or another one | the rows as ndjson |

Rows are sent while they are evaluated. An error before the first row is an OperationOutcome. Behind it the connection is
reset without the end of the answer; likewise that of a client that reads too slowly.

\`${NOTICES_HEADER}\`, of this server and not of the guide, counts by kind of notice what a run skipped, passed over or finds
doubtful: \`view=1, other-type=3\`. The kinds are \`view\` (doubts about the view), \`unread-input\` and \`repeated-input\`
(files of the source), \`other-type\` (resources that the view does not read), \`unreadable-date\` (resources that passed a filter
because a date of theirs cannot be read) and \`skipped-line\`. The head has the notices that are known before the first row, and
\`skipped-line=*\` where the server is configured to skip lines that are no resources: then rows may be missing. A client that
says \`TE: trailers\` has all of them in a trailer of this name, or \`none\`. Parameters and Binary resources of rows have them in
\`meta.extension\` with the URL \`urn:millrace:fhir:extension:run-notices\`.

\`Prefer: handling=lenient\` runs a view with a likely mistake, which is 422 otherwise. Other preferences are ignored: a run is
never asynchronous.

If the request has resources, \`patient\` leaves those of the patients that it names, whether or not the source has these.
The members of a \`group\` are looked up in the default source.`;

const BULK_EXPORTS = `## A Bulk Data export

| Request | Answer |
| --- | --- |
| kick-off | 202 with \`Content-Location: <status>\` and an OperationOutcome |
| \`GET ${inBraces(BULK_STATUS)}\` | 202 while it runs, with \`Retry-After\` and \`X-Progress\`; then 200 with the manifest and \`Expires\`, or the error of an export that failed |
| \`GET ${inBraces(BULK_PAGE)}\` | the same with a page of the manifest behind the first, to which the page before it links |
| \`GET ${inBraces(FILE)}\` | 200 with a file, as \`application/fhir+ndjson\` |
| \`DELETE ${inBraces(BULK_STATUS)}\` | 202: the export is cancelled, or, once it is over, removed with its files. Then 404, for a second DELETE too |

With \`Prefer: respond-async, separate-export-status\` a status is 200, and \`X-Export-Status\` has the one that it would be.

With \`allowPartialManifests\` the manifest comes in pages, and a 202 has the first one as soon as there is one. It lists
files of ranges of the input that are done, up to the first range that is not. A page links to the next one by
\`link\` with the relation \`next\`, as soon as there is one. A client that has followed all links asks the last page again, by the pace of
\`Retry-After\`. A page does not change but for its link, and its files do not change. All pages together list every file
once, and are the result. What was passed over or noticed is known at the end, so that \`error\` or \`outcome\` has it on a last page without
output. When the export fails or is cancelled, the files of its pages are removed.

- A page has the files of ranges up to 1,000 files, or of 1,000 ranges. Progress leads to a page for every hundredth of the ranges.
- A page is an object in the store, created once. Every instance gives the same pages, also after the data of Redis was
  lost: the ranges run again, and the files that the pages list stay those of the result.
- All instances must be of a version that knows pages before clients ask for them.

A client finds the group that it exports:

| Request | Answer |
| --- | --- |
| \`GET /Group/{id}\` | 200 with the Group as it is in the source; 404 |
| \`GET /Group\` | 200 with a Bundle of all Groups that match |

Search parameters are those of R4 that \`_typeFilter\` takes, such as \`_id\` and \`identifier\`, and \`name\`, which finds the names that
begin so. \`source\` names another source than the default. Other parameters are refused; there are no pages. A request looks
through \`GROUP_SEARCH_BYTES\` of Groups and finds 1,000 Groups in 32 MiB at most, else it is 422. Groups of more than 1 MiB
have no \`fullUrl\` in a Bundle.

The guide leaves these choices to a server:

- Requests without \`Accept\` or without \`Prefer: respond-async\` are refused.
- \`transactionTime\` is the time of the kick-off: resources that were changed later are left out. Resources without a readable
  \`meta.lastUpdated\` are there.
- Without \`_type\`, all types are exported that the source has files of. In exports of patients and groups these are the types
  that are in the compartments of patients; types that were asked for beside them, such as Practitioner, are left out and
  told in \`error\`. A type without files is an empty one, and told there too.
- With \`_since\`, a group export has older resources of members who joined the group later, by the start of
  \`member.period\`. A \`_since\` more than five minutes in the future is refused.
- A resource is in \`output\` or told as deleted, by what happened to it last until the transaction time (or \`_until\`): the
  \`meta.lastUpdated\` of its line against that of the Bundle with its deletion. One that was deleted after its last change is in
  no output, with or without \`_since\`; the deletion of one that is in the output is not told. A time that is missing or cannot
  be read is before every other; at the same time the resource stands. One export compares 500,000 deletions, else it is 422.
- A deletion is an entry with the method DELETE and the \`request.url\` \`Type/id\`, also behind a base of the source. Entries behind
  another base, of one version, by a search, or with another method or address are skipped, counted and told in \`error\`. A
  Bundle without \`meta.lastUpdated\` is told whatever \`_since\` is, and \`error\` says so.
- With \`_since\`, \`deleted\` has the deletions that the source knows, of all types in scope. With a group or with \`patient\`, those
  of other patients are left out. Nobody knows whose another resource was that is gone: the guide asks for those that the export
  would have had, and their ids are told all the same, because a client that is not told keeps what is gone.
- An export of a group has of all Groups that group alone, if it has a member: others name people who are no members. With \`patient\`,
  and in blocks of the members of a group, a Group is there only if all patients whom it names are in the export: \`patient\` must
  give nothing that is in the compartment of another. In blocks of all patients, a Group that \`_type\` asks for is in the block of
  each member, and names the others. A patient who is linked to a member
  (\`Patient.link\`) is no member. Members who are no Patient of the source are counted in \`error\`. Two Groups of one id
  in a source that is not in \`VERSIONED_SOURCES\` fail an export of one of them with 422.
- All patients who are named with a group must be its members: else the export fails. An empty group is told in \`error\`.
- One export takes at most 1,000 values of \`_type\` and of \`_elements\`, 10,000 patients, and 200 searches with 1,000 criteria
  and 5,000 values in all.
- \`requiresAccessToken\` is false: the URLs cannot be guessed.
- With \`organizeOutputBy=Patient\`, files consist of blocks: a Parameters resource with the \`header\`, the Patient, then all other
  resources in the compartment of this patient, of all types. A patient that only references name has a block too. A resource
  in several compartments is in each block. Resources in no compartment are left out; types that are in none, and were asked
  for, are told in \`error\`. Groups are there only if \`_type\` names them, and of Provenance
  only those whose target is the patient. \`count\` counts headers too.
- Each type has one file or more, each of one type. Items have the bytes and the SHA-256 of their file as an extension.
- \`handling=lenient\` passes over parameters that this server does not have, types that FHIR does not, elements and search
  criteria that cannot be used, and tells of each in \`error\` (version 4: \`outcome\`). More is exported then, and never less.
  Faults of \`_outputFormat\`, \`_since\`, \`_until\` and \`patient\` are errors all the same.
- With a group or with \`patient\`, Provenance is exported if one of its targets is a resource in the compartment of one of the
  patients, exported or not; \`_since\` and \`_until\` look at the Provenance itself. Exports of the system and of all patients have
  all of it. A \`_type\` without Provenance leaves it out. Where the source has more than 500,000 Provenance resources or targets
  of them, or 1 GiB of both, only Provenance with a patient as target is exported, and \`error\` says so.
- \`includeAssociatedData\` adds Provenance to the types in \`_type\`: only that of resources in the export, whatever its own age,
  recorded until the transaction time. The limits are the same; beyond them the export fails with 422. It is refused beside a
  \`_typeFilter\` of other types than Provenance.
- Resources in the files are copied as they are, with their references and \`Attachment.url\`.`;

/** Content of `docs/protocol.md`. */
export function protocolDocument(): string {
  const bulk = OPERATIONS.some(({ result }) => result === 'bulk') ? [BULK_EXPORTS, searches()] : [];
  const ofDefinitions = DEFINITION_OPERATIONS.map(definitionOperationText);
  const operations = [...OPERATIONS.map(operationText), ...ofDefinitions];
  return [INTRODUCTION, DEFINITIONS, EXPORTS, ...bulk, RUNS, SQL, ...operations].join('\n\n').concat('\n');
}

function operationText(operation: OperationDeclaration): string {
  const { code, description, methods, levels, parameters, refused, outParameters, definition } = operation;
  const addresses = levels.flatMap((level) =>
    methods.map((method) => `- \`${method} ${inBraces(operationPath(operation, level))}\``),
  );
  return [
    `## \`${code}\``,
    description,
    addresses.join('\n'),
    `Based on <${definition}>.`,
    'Parameters:',
    table(parameters.flatMap((parameter) => rows(parameter))),
    ...(refused.length === 0
      ? []
      : [
          'Refused, because they belong elsewhere:',
          refused.map(({ name, why }) => `- \`${name}\`: ${why}`).join('\n'),
        ]),
    ...(outParameters.length === 0
      ? []
      : ['Parameters of its answers:', table(outParameters.flatMap((parameter) => rows(parameter)))]),
  ].join('\n\n');
}

function definitionOperationText(operation: (typeof DEFINITION_OPERATIONS)[number]): string {
  const { code, description, methods, levels, resourceTypes, parameters, outParameters, definition } =
    operation;
  const addresses = levels.flatMap((level) =>
    methods
      .filter((method) => level === 'instance' || method === 'POST')
      .map((method) => {
        const [first = 'ViewDefinition', ...others] = resourceTypes;
        const path = inBraces(definitionOperationPath(operation, first, level));
        return `- \`${method} ${others.length === 0 ? path : path.replace(first, '{type}')}\``;
      }),
  );
  return [
    `## \`${code}\``,
    description,
    addresses.join('\n'),
    ...(definition === undefined ? [] : [`Based on <${definition}>.`]),
    ...(parameters.length === 0
      ? []
      : ['Parameters:', table(parameters.flatMap((parameter) => rows(parameter)))]),
    'Parameters of its answers:',
    table(outParameters.flatMap((parameter) => rows(parameter))),
  ].join('\n\n');
}

/** What `_typeFilter` takes, and what it refuses. */
function searches(): string {
  const modifiers = [...searchModifiers()].map(([type, names]) => {
    const types = type === 'reference' ? ', and the type of the resource' : '';
    return `| ${type} | ${names.map((name) => `\`:${name}\``).join(', ')}${types} |`;
  });
  const refused = [...refusedParameters()].map(
    ([why, names]) => `- ${why}: ${names.map((name) => `\`${name}\``).join(', ')}`,
  );
  return [
    '## Searches in `_typeFilter`',
    'A search has the search parameters of R4 for one type, and finds what all of them find. These modifiers can be used:',
    ['| Parameter | Modifiers |', '| --- | --- |', ...modifiers].join('\n'),
    `Refused are other modifiers, chains such as \`subject.name\`, \`_has\`, parameters of results such as \`_sort\` and
\`_include\`, the prefix \`ap\` of dates, more values than fit into a hundred paths of FHIRPath, and these parameters:`,
    refused.join('\n'),
    `Dates without a time count as days in UTC. Text is compared without case and accents, from its beginning. Units are not
converted. A date parameter never finds an Age, a Range or a string, and a quantity parameter no SampledData. References
are compared by type and id, as filters do. A line is treated as one that is no resource (\`MALFORMED_LINES\`) if the search
orders or reads text in a value of another JSON type than FHIR says; such a value is equal to nothing.`,
  ].join('\n\n');
}

function interactionTable(texts: Readonly<Record<DefinitionInteraction, string>>): string {
  // The keys of an object literal are those of its type.
  const lines = (Object.keys(texts) as DefinitionInteraction[]).map((interaction) => {
    const { method, path } = DEFINITION_INTERACTIONS[interaction];
    const query = interaction === 'conditional-update' ? '?…' : '';
    return `| \`${method} /{type}${inBraces(path)}${query}\` | ${texts[interaction]} |`;
  });
  return ['| Request | Answer |', '| --- | --- |', ...lines].join('\n');
}

/** Route parameters as documents write them. */
function inBraces(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

type Row = readonly [name: string, type: string, times: string, text: string];

function rows(parameter: OutParameterDeclaration, within = ''): Row[] {
  const { name, type, min, max, documentation, levels, part = [] } = parameter;
  const at = `${within}${name}`;
  const where = levels === undefined ? '' : ` (${levels.join(', ')})`;
  const own: Row = [`\`${at}\``, type === 'parts' ? '' : type, `${min}..${max}`, `${documentation}${where}`];
  return [own, ...part.flatMap((one) => rows(one, `${at}.`))];
}

function table(body: readonly Row[]): string {
  const lines = body.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return ['| Name | Type | Times | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
