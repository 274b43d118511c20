import * as z from 'zod';
import { limits } from './limits.js';

const sqlName = z
  .string()
  .max(limits.nameLength, `must not be longer than ${String(limits.nameLength)} characters`)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must start with a letter and hold only letters, digits and underscores');

const path = z
  .string()
  .min(1, 'must not be empty')
  .max(limits.pathLength, `must not be longer than ${String(limits.pathLength)} characters`);

const tag = z.looseObject({ name: z.string(), value: z.string() });

const column = z.looseObject({
  name: sqlName,
  path,
  type: z.string().min(1).optional(),
  collection: z.boolean().optional(),
  tag: z.array(tag).optional(),
});

const select = z.looseObject({
  column: z.array(column).optional(),
  forEach: path.optional(),
  forEachOrNull: path.optional(),
  repeat: z.array(path).min(1, 'must hold at least one path').optional(),
  get select() {
    return z.array(select).optional();
  },
  get unionAll() {
    return z.array(select).min(1, 'must hold at least one select').optional();
  },
});

const where = z.looseObject({ path });

const constant = z.looseObject({ name: sqlName });

/**
 * The shape that a view must have to be compiled. Elements that only describe it (status, url, contact, ...)
 * are optional, and `resourceType` may also be the URL of the logical model.
 *
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
export const viewDefinition = z.looseObject({
  resourceType: z
    .string()
    .regex(/^(.*\/)?ViewDefinition$/, 'must be ViewDefinition')
    .optional(),
  name: z.string().max(limits.nameLength).optional(),
  resource: z.string(),
  constant: z.array(constant).max(limits.constants).optional(),
  select: z.array(select).min(1, 'must hold at least one select'),
  where: z.array(where).max(limits.wheres).optional(),
});

export type ViewDefinition = z.infer<typeof viewDefinition>;
export type Select = z.infer<typeof select>;
export type Column = z.infer<typeof column>;
export type Constant = z.infer<typeof constant>;
