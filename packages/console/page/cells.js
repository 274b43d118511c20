// Tables of the page of operations. A value is a function that shows it in a table cell, which may show an earlier value of it.
import { count } from './words.js';

export function text(value, style = '') {
  return (cell) => {
    if (cell.textContent !== value) cell.textContent = value;
    cell.className = style;
  };
}

export const number = (value) => text(value, 'number');
export const id = (value) => text(value, 'id');

export function progress({ bytesRead, bytesTotal, shardsDone, shardsTotal }) {
  return (cell) => {
    if (cell.firstElementChild === null) {
      const bar = document.createElement('progress');
      bar.setAttribute('aria-label', 'Bytes read');
      cell.replaceChildren(bar, document.createElement('span'));
    }
    const [bar, words] = cell.children;
    const isPlanned = shardsTotal !== undefined;
    const part = bytesTotal > 0 ? bytesRead / bytesTotal : 0;
    bar.value = isPlanned ? part : 0;
    const said = isPlanned
      ? `${Math.floor(part * 100)} %, ${count(shardsDone)} of ${count(shardsTotal)} shards`
      : 'not planned yet';
    if (words.textContent !== said) words.textContent = said;
  };
}

/** @param name what a screen reader says, because many rows have a button of the same label */
export function button(label, name, act) {
  return (cell) => {
    if (cell.firstElementChild === null) {
      const made = document.createElement('button');
      made.type = 'button';
      cell.replaceChildren(made);
    }
    const shown = cell.firstElementChild;
    if (shown.textContent !== label) shown.textContent = label;
    shown.setAttribute('aria-label', name);
    shown.onclick = act;
  };
}

export const nothing = (cell) => cell.replaceChildren();

/**
 * Shows rows by their keys. A row that stays keeps its elements, so that a button keeps the focus while numbers change.
 *
 * @param rows pairs of a key and cells; the first cell is the header of its row
 * @param none is said where there is no row
 */
export function showRows(body, rows, none) {
  const elements = new Map([...body.children].map((row) => [row.dataset.key, row]));
  const wanted = rows.length > 0 ? rows : [['', [text(none, 'empty')]]];
  const keys = new Set(wanted.map(([key]) => key));
  for (const [key, row] of elements) {
    if (keys.has(key)) continue;
    if (row.contains(document.activeElement)) document.getElementById('message').focus();
    row.remove();
  }
  wanted.forEach(([key, cells], index) => {
    const row = elements.get(key) ?? newRow(body, key, cells.length);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    cells.forEach((show, at) => show(row.children[at]));
  });
}

function newRow(body, key, cells) {
  const row = document.createElement('tr');
  row.dataset.key = key;
  for (let at = 0; at < cells; at += 1) {
    const cell = document.createElement(at === 0 && key !== '' ? 'th' : 'td');
    if (cell.tagName === 'TH') cell.scope = 'row';
    if (key === '') cell.colSpan = body.parentElement.tHead.rows[0].cells.length;
    row.append(cell);
  }
  return row;
}
