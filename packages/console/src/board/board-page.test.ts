import { expect, test } from '@jest/globals';
import { fillTemplate, withoutForbidden } from './board-page.js';

test('the page keeps its own files, and loses styles of other sites and inline styles', () => {
  const template = [
    '<link href="https://fonts.example/css" rel="stylesheet">',
    '<link href="static/main.css" rel="stylesheet">',
    '<div style="color:red">Loading</div><style>@keyframes x{\n}</style>',
  ].join('\n');
  expect(withoutForbidden(template).trim()).toBe(
    '<link href="static/main.css" rel="stylesheet">\n<div>Loading</div>',
  );
});

test('values are escaped, apart from markup; a value that is missing is empty', () => {
  const values = { title: `<b> & "c" 'd'`, config: '{"a":1}' };
  expect(fillTemplate('<%= title %>|<%- config %>|<%= other %>', values)).toBe(
    '&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;|{"a":1}|',
  );
});
