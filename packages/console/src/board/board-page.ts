/**
 * Takes out of the page of bull-board what its policy forbids, so that a browser has nothing to report: a style sheet of
 * another site, which has fonts, and the inline styles of the picture that is shown while scripts load.
 */
export function withoutForbidden(template: string): string {
  return template
    .replaceAll(/<link\b[^>]*\bhref="https?:[^>]*>/g, '')
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/ style="[^"]*"/g, '');
}

/** Fills `<%= name %>` with text, which is escaped, and `<%- name %>` with markup, as it is. */
export function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/<%([=-])\s*(\w+)\s*%>/g, (_, kind: string, name: string) => {
    const value = values[name];
    const text = typeof value === 'string' ? value : '';
    return kind === '-' ? text : escaped(text);
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
