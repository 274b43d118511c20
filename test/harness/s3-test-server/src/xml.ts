export type XmlContent = string | number | boolean | readonly XmlElement[];
export type XmlElement = readonly [name: string, content: XmlContent];

export function xmlDocument(name: string, content: XmlContent): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml([name, content])}`);
}

function xml([name, content]: XmlElement): string {
  const inner = Array.isArray(content) ? content.map(xml).join('') : escaped(String(content));
  return `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Contents of all elements of that name, which is enough for the flat requests of S3. */
export function elementsOf(document: string, name: string): string[] {
  const pattern = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g');
  return [...document.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Text of the first element of that name. */
export function textOf(document: string, name: string): string | undefined {
  const [text] = elementsOf(document, name);
  return text?.replace(/&(#x?[0-9a-f]+|amp|lt|gt|quot|apos);/gi, (entity, body: string) => {
    if (body.startsWith('#x')) return String.fromCodePoint(parseInt(body.slice(2), 16));
    if (body.startsWith('#')) return String.fromCodePoint(Number(body.slice(1)));
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[body] ?? entity;
  });
}
