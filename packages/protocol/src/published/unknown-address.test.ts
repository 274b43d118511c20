import { expect, test } from '@jest/globals';
import { EXPORT_OPERATIONS } from '../operations/operations.js';
import { RUN_OPERATIONS } from '../operations/run-operations.js';
import { operationPath } from '../operations/operation.js';
import { misplacedOperation, unknownAddress } from './unknown-address.js';

test.each([
  ['/$sql-exprt', '"$sql-exprt" is not an operation here; did you mean "$sql-export"?'],
  ['/ViewDefinition/$sql-run', '$sql-run is not invoked here, but at [base]/$sql-run'],
  ['/ViewDefinition/a/$sql-export/', '$sql-export is not invoked here, but at [base]/$sql-export'],
  [
    '/Patient/$viewdefinition-run',
    '$viewdefinition-run is not invoked here, but at [base]/$viewdefinition-run and ' +
      '[base]/ViewDefinition/$viewdefinition-run and [base]/ViewDefinition/{id}/$viewdefinition-run',
  ],
])('%s is told where operations are', (path, said) => {
  expect(misplacedOperation(path)).toBe(said);
});

test('an operation without a near name is told all that there are', () => {
  expect(misplacedOperation('/ViewDefinition/$lookup')).toMatch(
    /^"\$lookup" is not an operation here; expected one of .*\$sql-run/,
  );
});

const addresses = [...EXPORT_OPERATIONS, ...RUN_OPERATIONS].flatMap((operation) =>
  operation.levels.map((level) => operationPath(operation, level)),
);

test.each([...addresses, '/ViewDefinition/a', '/export/a/files/$a.part1.csv', '/metadata'])(
  '%s is no misplaced operation',
  (path) => {
    expect(misplacedOperation(path)).toBeUndefined();
  },
);

test.each([
  [undefined, /the FHIR base ends with \/fhir$/],
  ['/', /GET \[base\]\/metadata lists what there is$/],
  ['/OperationDefinition', /GET \[base\]\/metadata lists what there is$/],
  ['/Patient', /GET \[base\]\/metadata lists what there is$/],
  ['/viewdefinition', /did you mean "ViewDefinition"\?$/],
  ['/sql-export', /did you mean "\$sql-export"\?$/],
])('at %j there is nothing, and the answer says where there is something', (path, said) => {
  expect(unknownAddress(path)).toMatch(said);
});
