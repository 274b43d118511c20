import { expect, test } from '@jest/globals';
import { listedIssues, listedTexts, type Issue } from './issue.js';

function issue(diagnostics: string): Issue {
  return { severity: 'error', code: 'invalid', diagnostics };
}

test('fifty issues are listed as they are', () => {
  const issues = Array.from({ length: 50 }, (_, at) => issue(`fault ${at}`));
  expect(listedIssues(issues)).toEqual(issues);
});

test('of more, fifty entries tell the first and how many there are', () => {
  const issues = Array.from({ length: 3_300_000 }, () => issue('fault'));
  const listed = listedIssues(issues);
  expect(listed).toHaveLength(50);
  expect(listed[49]).toEqual({
    severity: 'information',
    code: 'informational',
    diagnostics: 'there are 3300000 issues; the first 49 are listed',
  });
  expect(listedIssues(issues.slice(0, 60), 700)[49]?.diagnostics).toContain('there are 700 issues');
  expect(listedTexts(issues.map(({ diagnostics }) => diagnostics))).toMatch(
    /^(fault; ){50}and 3299950 more$/,
  );
});

test('a text that repeats a large request is cut', () => {
  expect(listedIssues([issue('x'.repeat(1e6))])[0]?.diagnostics).toHaveLength(3001);
  expect(listedTexts(['x'.repeat(1e6)])).toHaveLength(3001);
});
