#!/usr/bin/env node
// Committed because npm links it before anything is built, or runs it before anything is installed.
import { buildIfNeeded, installIfNeeded, isAnythingInstalled } from '../../../scripts/prepare.mjs';

// After that, `npm ci` is up to the user.
if (!isAnythingInstalled()) installIfNeeded();
buildIfNeeded();
await import('../dist/bundle/millrace.js');
