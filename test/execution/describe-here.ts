import type { EnginePool } from '@millrace/run';
import { compileView } from '@millrace/viewdef';

/** Tells of views without a thread. */
export const describeHere: EnginePool['describe'] = async ({ views, fhirVersion }) =>
  views.map(({ view }) => ({ columns: compileView(view, { fhirVersion }).columns, engine: 'codegen' }));
