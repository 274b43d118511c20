import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationDocument } from './configuration-document.js';
import { protocolDocument } from './protocol-document.js';

const DOCS = resolve(import.meta.dirname, '../../docs');

writeFileSync(resolve(DOCS, 'configuration.md'), configurationDocument());
writeFileSync(resolve(DOCS, 'protocol.md'), protocolDocument());
