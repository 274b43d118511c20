import { expect, test } from '@jest/globals';
import { noticeText } from './notice-text.js';

const names = ['p', undefined];

test.each([
  ['subject[0]', 'the table is empty', 'view "p": the table is empty'],
  ['subject[0].subjectResource.select[0]', 'select[0]: is odd', 'view "p", select[0]: is odd'],
  ['subject[0].subjectResource', 'the view "p": has the element', 'the view "p": has the element'],
  ['subject[1]', 'the table is empty', 'the table is empty'],
  ['subject[7]', 'the table is empty', 'the table is empty'],
  ['_since', 'dates cannot be read', 'dates cannot be read'],
  [undefined, 'a file is not read', 'a file is not read'],
])('a notice about %s is told with the name of its view, once', (expression, diagnostics, text) => {
  expect(noticeText({ expression, diagnostics }, names)).toBe(text);
});
