/** Elements of resource types that only public views are about, as `element-model.ts` writes them. */
export const otherResources: Readonly<Record<string, string>> = {
  Claim:
    'id:id status:code type:CodeableConcept patient:Reference created:dateTime priority:CodeableConcept ' +
    'item*:Claim.item total:Money',
  'Claim.item': 'sequence:integer productOrService:CodeableConcept net:Money encounter*:Reference',
  CodeSystem: 'id:id url:uri name:string status:code concept*:CodeSystem.concept',
  'CodeSystem.concept': 'code:code display:string concept*:CodeSystem.concept',
  DeviceRequest:
    'id:id status:code intent:code code[x]:Reference|CodeableConcept subject:Reference authoredOn:dateTime',
  Group: 'id:id active:boolean type:code name:string quantity:integer member*:Group.member',
  'Group.member': 'entity:Reference period:Period inactive:boolean',
  Location:
    'id:id status:code name:string address:Address position:Location.position managingOrganization:Reference',
  'Location.position': 'longitude:decimal latitude:decimal altitude:decimal',
  Medication:
    'id:id code:CodeableConcept status:code amount:Ratio ingredient*:Medication.ingredient batch:Medication.batch',
  'Medication.batch': 'lotNumber:string expirationDate:dateTime',
  'Medication.ingredient': 'item[x]:CodeableConcept|Reference isActive:boolean strength:Ratio',
  MedicationAdministration:
    'id:id status:code statusReason*:CodeableConcept medication[x]:CodeableConcept|Reference subject:Reference ' +
    'context:Reference effective[x]:dateTime|Period performer*:MedicationAdministration.performer ' +
    'dosage:MedicationAdministration.dosage',
  'MedicationAdministration.dosage': 'text:string route:CodeableConcept dose:Quantity',
  'MedicationAdministration.performer': 'actor:Reference',
  PractitionerRole:
    'id:id active:boolean practitioner:Reference organization:Reference code*:CodeableConcept ' +
    'specialty*:CodeableConcept location*:Reference healthcareService*:Reference',
  RelatedPerson: 'id:id active:boolean patient:Reference relationship*:CodeableConcept name*:HumanName',
  ServiceRequest: 'id:id status:code intent:code code:CodeableConcept subject:Reference authoredOn:dateTime',
  Specimen:
    'id:id identifier*:Identifier type:CodeableConcept subject:Reference collection:Specimen.collection ' +
    'condition*:CodeableConcept',
  'Specimen.collection': 'collected[x]:dateTime|Period quantity:Quantity bodySite:CodeableConcept',
  ValueSet: 'id:id url:uri name:string status:code expansion:ValueSet.expansion',
  'ValueSet.expansion': 'contains*:ValueSet.expansion.contains',
  'ValueSet.expansion.contains': 'system:uri code:code display:string contains*:ValueSet.expansion.contains',
  Money: 'value:decimal currency:code',
  Ratio: 'numerator:Quantity denominator:Quantity',
};
