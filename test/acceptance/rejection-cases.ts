import { formOf, goodSubject, holding, inSubject, naming } from './operations.js';
import type { Operation } from './operations.js';
import { LEAST, LIBRARY_CASES, V, resourceOf } from './library-cases.js';
import type { RejectionCase } from './library-cases.js';
import { dependsOn, format, outputName, query, reference, sqlView, view } from './requests.js';

const W = 'http://x.org/w';
const ofV = query({ relatedArtifact: [dependsOn(V, 'v')] });
const values = (...parameter: readonly object[]) => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});
/** Each by the name that the operation has for it; the second one by its earlier name. */
const along = ({ context: [name = '', earlier = name] }: Operation, ...resources: readonly object[]) =>
  resources.map((resource, at) => ({ name: at === 0 ? name : earlier, resource }));
const withMore = (operation: Operation, ...more: readonly object[]) => [
  ...holding(operation, goodSubject(operation)),
  ...more,
];
const takesNoViews = ({ takes }: Operation) => !takes.includes('view');

/** For the rows whose requests are the parameters of a POST. */
export const REJECTION_CASES: readonly RejectionCase[] = [
  { row: 'no subject', title: '[exp-4 run-1] no subject', ask: () => [] },
  {
    row: 'no form of a subject',
    title: '[exp-4] a subject without a form',
    ask: (operation) => naming(operation, [], outputName('a')),
  },
  ...(['Canonical', 'Reference'] as const).map((form): RejectionCase => ({
    row: 'two forms of a subject',
    title: '[exp-4 run-1] a subject with two forms',
    ask: (operation) =>
      naming(operation, [
        { name: formOf(operation, 'Resource'), resource: goodSubject(operation) },
        form === 'Canonical'
          ? { name: formOf(operation, form), valueCanonical: V }
          : reference(formOf(operation, form), 'Library/x'),
      ]),
  })),
  {
    row: 'two outputs of one name',
    title: '[exp-13] two output names that are equal',
    ask: (operation) =>
      ['a', 'a'].flatMap((name) => holding(operation, goodSubject(operation), outputName(name))),
  },
  {
    row: 'two outputs of one name',
    title: '[exp-13] two subjects whose own name is the same',
    ask: (operation) => [1, 2].flatMap(() => holding(operation, { ...goodSubject(operation), name: 'same' })),
  },
  {
    row: 'two outputs of one name',
    title: '[exp-13] two output names that are one file name',
    ask: (operation) =>
      ['a b', 'a_b'].flatMap((name) => holding(operation, goodSubject(operation), outputName(name))),
  },
  {
    row: 'values for a ViewDefinition',
    title: '[com-16] values for a ViewDefinition',
    ask: (operation) => holding(operation, view(), values()),
  },
  {
    row: 'values for an operation on views',
    title: '[com-16 cap-5] values for an operation that has none',
    ask: (operation) => holding(operation, view(), values()),
  },
  {
    row: 'a value that is not declared',
    title: '[com-16 sqlquery-notes-6] a value that the query does not declare',
    ask: (operation) =>
      holding(operation, query({ parameter: [LEAST] }), values({ name: 'most', valueInteger: 1 })),
  },
  {
    row: 'a value of another type',
    title: '[sqlquery-notes-5] a value of another type than the query declares',
    ask: (operation) =>
      holding(operation, query({ parameter: [LEAST] }), values({ name: 'least', valueString: '1' })),
  },
  {
    row: 'a context that nothing depends on',
    title: '[com-16] a context that nothing depends on',
    ask: (operation) => [...holding(operation, query()), ...along(operation, view({ url: V }))],
  },
  {
    row: 'a context that nothing depends on',
    title: '[com-16] a context of another version than the one that is pinned',
    ask: (operation) => [
      ...holding(operation, query({ relatedArtifact: [dependsOn(`${V}|2`, 'v')] })),
      ...along(operation, view({ url: V, version: '1' })),
    ],
  },
  {
    row: 'a context that nothing depends on',
    title: '[com-16] a context with a slip, before the dependency that it was for',
    ask: (operation) => [...holding(operation, ofV), ...along(operation, view({ url: W }))],
  },
  {
    row: 'a context for views alone',
    title: '[com-16] a context for a ViewDefinition',
    ask: (operation) => [...holding(operation, view()), ...along(operation, view({ url: V }))],
  },
  {
    row: 'a context without a url',
    title: '[com-16] a context without a url',
    ask: (operation) => [...holding(operation, query()), ...along(operation, view())],
  },
  {
    row: 'two contexts of one url',
    title: '[com-16] two contexts of one url',
    ask: (operation) => {
      const [name = ''] = operation.context;
      const resource = view({ url: V });
      return [...holding(operation, ofV), { name, resource }, { name, resource }];
    },
  },
  {
    row: 'a context of another kind',
    title: '[com-16] a context of another kind',
    ask: (operation) => [
      ...holding(operation, query()),
      ...along(operation, { resourceType: 'Patient', url: V }),
    ],
  },
  {
    row: 'a context of another kind',
    title: '[com-16] a query as context',
    ask: (operation) => [...holding(operation, ofV), ...along(operation, query({ url: V }))],
  },
  {
    row: 'an unknown patient',
    title: '[com-10] a patient who is not there',
    ask: (operation) =>
      withMore(operation, reference('patient', 'Patient/a'), reference('patient', 'Patient/z')),
  },
  {
    row: 'an unknown group',
    title: '[com-12] a group that is not there',
    ask: (operation) => withMore(operation, reference('group', 'Group/z')),
  },
  {
    row: 'an unknown parameter',
    title: '[cap-5] a parameter that is not supported',
    ask: (operation) => withMore(operation, { name: 'mine', valueString: 'x' }),
  },
  {
    row: 'an unknown source',
    title: '[cap-5] a source that the server does not have',
    ask: (operation) => withMore(operation, { name: 'source', valueString: 's3://elsewhere' }),
  },
  {
    row: 'an unknown format',
    title: '[com-1] a format that the server does not write',
    ask: (operation) => withMore(operation, format('orc')),
  },
  {
    row: 'the format of runs',
    title: '[com-1] the format of runs',
    ask: (operation) => withMore(operation, format('fhir')),
  },
  {
    row: 'a limit of an export',
    title: '[com-16] a limit',
    ask: (operation) => withMore(operation, { name: '_limit', valueInteger: 5 }),
  },
  {
    row: 'resources for an export',
    title: '[com-16] inline resources',
    ask: (operation) => withMore(operation, { name: 'resource', resource: { resourceType: 'Patient' } }),
  },
  {
    row: 'resources for SQL',
    title: '[com-16] inline resources for a query',
    ask: (operation) => [
      ...holding(operation, query()),
      { name: 'resource', resource: { resourceType: 'Patient' } },
    ],
  },
  {
    row: 'a malformed time',
    title: '[com-16] a time that is no instant',
    ask: (operation) => withMore(operation, { name: '_since', valueInstant: '2026-01-01' }),
  },
  {
    row: 'a parameter given twice',
    title: '[com-16] a parameter that is given twice',
    ask: (operation) =>
      withMore(operation, { name: 'header', valueBoolean: true }, { name: 'header', valueBoolean: true }),
  },
  {
    row: 'a value of another type than a parameter has',
    title: '[com-16] a value of another type',
    ask: (operation) => withMore(operation, { name: 'header', valueString: 'true' }),
  },
  {
    row: 'a subject that is not there',
    title: '[exp-16 run-9] a canonical of nothing',
    ask: (operation) =>
      naming(operation, [{ name: formOf(operation, 'Canonical'), valueCanonical: `${V}|1` }]),
    at: (operation) => inSubject(operation, formOf(operation, 'Canonical')),
  },
  {
    row: 'a subject that is not there',
    title: '[exp-16 run-9] a reference to nothing',
    ask: (operation) =>
      naming(operation, [
        reference(
          formOf(operation, 'Reference'),
          takesNoViews(operation) ? 'Library/none' : 'ViewDefinition/none',
        ),
      ]),
    at: (operation) => inSubject(operation, formOf(operation, 'Reference')),
  },
  {
    row: 'a subject that is not there',
    title: '[exp-16 run-9] a reference to another server',
    ask: (operation) =>
      naming(operation, [
        reference(formOf(operation, 'Reference'), 'https://elsewhere.example/fhir/Library/x'),
      ]),
  },
  {
    row: 'a subject that is not there',
    title: '[exp-17 com-16] a subject and a patient who are not there, which are told together',
    ask: (operation) => [
      ...naming(operation, [{ name: formOf(operation, 'Canonical'), valueCanonical: V }]),
      reference('patient', 'Patient/z'),
    ],
  },
  {
    row: 'a dependency that is not there',
    title: '[exp-16 run-9] a dependency that nobody has',
    ask: (operation) => holding(operation, ofV),
  },
  {
    row: 'a dependency that is not there',
    title: '[exp-16 run-9] a dependency of a view in SQL that nobody has',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(operation, sqlView({ url: V, relatedArtifact: [dependsOn(W, 'w')] })),
    ],
  },
  {
    row: 'a subject of another kind',
    title: '[exp-16 run-9] a resource of another kind',
    ask: (operation) => holding(operation, { resourceType: 'Patient' }),
  },
  {
    row: 'a subject of another kind',
    title: '[sqlquery-9 sqlview-3] a Library of neither type',
    ask: (operation) => holding(operation, { ...query(), type: undefined }),
  },
  {
    row: 'a subject of another kind',
    title: '[exp-16 run-9] a query for an operation on views, or a view for one on queries',
    ask: (operation) => holding(operation, takesNoViews(operation) ? view() : query()),
    unless: ({ takes }) => takes.length === 2,
  },
  {
    row: 'a subject of another kind',
    title: '[exp-16 run-9] a view in SQL for an operation on queries',
    ask: (operation) => holding(operation, sqlView()),
    unless: ({ subject }) => subject !== 'query',
  },
  {
    row: 'a view that cannot be compiled',
    title: '[exp-16 run-9] a view with a broken path',
    ask: (operation) => holding(operation, view({ select: [{ column: [{ name: 'id', path: '@@' }] }] })),
    at: resourceOf('.select[0].column[0].path'),
  },
  {
    row: 'a view that cannot be compiled',
    title: '[exp-16 run-9] a view without columns',
    ask: (operation) => holding(operation, view({ select: [] })),
    at: resourceOf('.select'),
  },
  {
    row: 'a view that cannot be compiled',
    title: '[exp-16 run-9] a view without a resource type',
    ask: (operation) => holding(operation, view({ resource: undefined })),
    at: resourceOf('.resource'),
  },
  {
    row: 'a view that cannot be compiled',
    title: '[exp-16 run-9] a view whose select is no list',
    ask: (operation) => holding(operation, view({ select: 'id' })),
    at: resourceOf('.select'),
  },
  ...LIBRARY_CASES,
  {
    row: 'a dependency that cannot be compiled',
    title: '[exp-16 run-9] a dependency with a broken path',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(operation, view({ url: V, select: [{ column: [{ name: 'id', path: '@@' }] }] })),
    ],
    at: ({ context: [name = ''] }) => `${name}[0].select[0].column[0].path`,
  },
  {
    row: 'terminology that is no table',
    title: '[term-16] a concept map with a condition',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(operation, {
        resourceType: 'ConceptMap',
        url: V,
        group: [
          {
            source: 'urn:s',
            element: [{ code: 'a', target: [{ code: 'b', relationship: 'equivalent', dependsOn: [{}] }] }],
          },
        ],
      }),
    ],
  },
  {
    row: 'terminology that is no table',
    title: '[term-16] a concept map with a group of no system',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(operation, { resourceType: 'ConceptMap', url: V, group: [{ element: [{ code: 'a' }] }] }),
    ],
  },
  ...[{ offset: 10 }, { total: 2 }].map((more): RejectionCase => ({
    row: 'terminology that is no table',
    title: '[term-24] an expansion that has not all members',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(operation, {
        resourceType: 'ValueSet',
        url: V,
        expansion: { contains: [{ system: 'urn:s', code: 'a' }], ...more },
      }),
    ],
  })),
  {
    row: 'two dependencies of one label',
    title: '[sqlquery-14] two dependencies of one label',
    ask: (operation) =>
      holding(operation, query({ relatedArtifact: [dependsOn(V, 'v'), dependsOn(W, 'v')] })),
    at: resourceOf('.relatedArtifact[1].label'),
  },
  {
    row: 'views in SQL that depend on themselves',
    title: '[exp-16 run-9] views in SQL that depend on each other',
    ask: (operation) => [
      ...holding(operation, ofV),
      ...along(
        operation,
        sqlView({ url: V, relatedArtifact: [dependsOn(W, 'w')] }),
        sqlView({ url: W, relatedArtifact: [dependsOn(V, 'v')] }),
      ),
    ],
  },
  {
    row: 'a column without a FHIR type',
    title: '[run-11] a column of a type that no value in FHIR is of',
    ask: (operation) => [
      ...holding(
        operation,
        view({ select: [{ column: [{ name: 'name', path: 'name.first()', type: 'HumanName' }] }] }),
      ),
      format('fhir'),
    ],
  },
];
