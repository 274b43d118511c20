import type { SourceText } from './source-text.js';

/**
 * Statements for one item, which is null when a primitive has no value; called once, so that code does not grow with the
 * depth of a path. The companion has the id and the extensions of a primitive: it is undefined when there is none, and
 * false when the item is calculated and not an element.
 */
export type EmitItem = (item: SourceText, companion: SourceText) => SourceText;

export const noCompanion: SourceText = 'undefined';
export const noElement: SourceText = 'false';
