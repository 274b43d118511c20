import { describe, expect, test } from '@jest/globals';
import { judge, viewOf } from '../checks/testing/judge.js';

describe('a function that is refused or does not exist gives the reason and an alternative:', () => {
  test.each([
    ['managingOrganization.resolve()', 'a view may not do: it asks other servers; write getReferenceKey()'],
    ["maritalStatus.memberOf('x')", 'a view may not do: it asks a terminology server; compare with codes'],
    ['now()', 'a view may not do: a row would depend on when it was computed; compare with a constant'],
    ['today()', 'a view may not do: a row would depend on when it was computed; compare with a constant'],
    ["name.trace('x')", 'a view may not do: it writes values of resources to a log; leave it out'],
    ["defineVariable('x')", 'a view may not do: FHIRPath of a view has no variables; write a constant'],
    ['name.frist()', 'is unknown or not supported; did you mean "first"?'],
    ['name.toInterger()', 'is unknown or not supported; did you mean "toInteger"?'],
    ['getAidboxTs()', 'is unknown or not supported'],
    ['constructor()', 'is unknown or not supported'],
    ['%resourse.id', 'refers to the undefined constant %resourse; did you mean "resource"?'],
  ])('%s %s', (path, reason) => {
    expect(judge(viewOf('Patient', path)).refused[0]?.diagnostics).toContain(reason);
  });
});
