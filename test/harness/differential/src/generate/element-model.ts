import { otherResources } from './other-resources.js';

/** An element that is generated; `types` has several entries for a choice element. */
export interface Element {
  readonly name: string;
  readonly types: readonly [string, ...string[]];
  readonly many: boolean;
}

const primitives = [
  'boolean',
  'code',
  'date',
  'dateTime',
  'decimal',
  'id',
  'instant',
  'integer',
  'string',
  'time',
  'uri',
] as const;

/** Types of FHIR whose values are not objects. */
export type Primitive = (typeof primitives)[number];

export function isPrimitive(type: string): type is Primitive {
  return (primitives as readonly string[]).includes(type);
}

/** Resource types that are generated. */
export const resourceTypes = ['Patient', 'Observation', 'QuestionnaireResponse'] as const;

/** Elements of a type; `a*` repeats, `a[x]` is a choice of the types that follow. */
const written: Readonly<Record<string, string>> = {
  Patient:
    'meta:Meta id:id active:boolean gender:code birthDate:date name*:HumanName telecom*:ContactPoint address*:Address ' +
    'identifier*:Identifier deceased[x]:boolean|dateTime multipleBirth[x]:boolean|integer extension*:Extension ' +
    'contact*:Patient.contact generalPractitioner*:Reference managingOrganization:Reference',
  'Patient.contact':
    'relationship*:CodeableConcept name:HumanName telecom*:ContactPoint gender:code period:Period',
  Observation:
    'meta:Meta id:id status:code category*:CodeableConcept code:CodeableConcept subject:Reference issued:instant ' +
    'effective[x]:dateTime|Period|instant component*:Observation.component interpretation*:CodeableConcept ' +
    'value[x]:Quantity|CodeableConcept|string|boolean|integer|time|dateTime|Period performer*:Reference',
  'Observation.component':
    'code:CodeableConcept value[x]:Quantity|string|boolean|integer|time interpretation*:CodeableConcept',
  QuestionnaireResponse:
    'meta:Meta id:id questionnaire:uri status:code subject:Reference authored:dateTime ' +
    'item*:QuestionnaireResponse.item',
  'QuestionnaireResponse.item':
    'linkId:string text:string item*:QuestionnaireResponse.item answer*:QuestionnaireResponse.item.answer',
  'QuestionnaireResponse.item.answer':
    'value[x]:boolean|decimal|integer|date|dateTime|time|string|uri|Coding|Reference|Quantity item*:QuestionnaireResponse.item',
  Meta: 'versionId:id lastUpdated:instant',
  HumanName: 'use:code text:string family:string given*:string prefix*:string period:Period',
  ContactPoint: 'system:code value:string use:code period:Period',
  Address: 'use:code line*:string city:string postalCode:string period:Period',
  Identifier: 'use:code system:uri value:string type:CodeableConcept period:Period assigner:Reference',
  CodeableConcept: 'coding*:Coding text:string',
  Coding: 'system:uri code:code display:string userSelected:boolean',
  Period: 'start:dateTime end:dateTime',
  Quantity: 'value:decimal unit:string system:uri code:code',
  Reference: 'reference:string display:string',
  Extension: 'url:uri value[x]:string|decimal|boolean|date|Quantity',
};

const models = new Map(
  Object.entries({ ...written, ...otherResources }).map(
    ([type, text]) => [type, text.split(' ').map(readElement)] as const,
  ),
);

export function elementsOf(type: string): readonly Element[] {
  return models.get(type) ?? [];
}

function readElement(text: string): Element {
  const [label = '', choices = ''] = text.split(':');
  const [first = '', ...others] = choices.split('|');
  const name = label.replace('*', '').replace('[x]', '');
  return { name, types: [first, ...others], many: label.endsWith('*') };
}

/** The property of JSON that holds a choice element of a type. */
export function propertyOf({ name, types }: Element, type: string): string {
  return types.length === 1 ? name : `${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}
