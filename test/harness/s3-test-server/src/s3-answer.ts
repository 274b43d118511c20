import { xmlDocument } from './xml.js';
import type { XmlContent } from './xml.js';

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export function xmlAnswer(name: string, content: XmlContent, status = 200): S3Answer {
  return { status, headers: { 'content-type': 'application/xml' }, body: xmlDocument(name, content) };
}
