/** Any FHIR resource. https://hl7.org/fhir/R4/resource.html */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string | undefined;
  readonly meta?: ResourceMeta | undefined;
  readonly [element: string]: unknown;
}

export interface ResourceMeta {
  readonly versionId?: string | undefined;
  /** An instant. */
  readonly lastUpdated?: string | undefined;
  readonly [element: string]: unknown;
}

/** Elements of all definitions. https://hl7.org/fhir/R4/metadataresource.html */
interface Definition extends Resource {
  /** Canonical URL. */
  readonly url?: string | undefined;
  readonly version?: string | undefined;
  readonly name?: string | undefined;
  readonly status?: string | undefined;
}

/** https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html */
export interface ViewDefinition extends Definition {
  readonly resourceType: 'ViewDefinition';
  /** The resource type that it reads. */
  readonly resource: string;
  readonly select: readonly ViewSelect[];
  readonly where?:
    | readonly { readonly path: string; readonly description?: string | undefined }[]
    | undefined;
  /** A decimal that JavaScript would write otherwise, such as 1.50, is a text here, so that it keeps its digits. */
  readonly constant?: readonly { readonly name: string; readonly [value: string]: unknown }[] | undefined;
}

export interface ViewSelect {
  readonly column?: readonly ViewColumn[] | undefined;
  readonly select?: readonly ViewSelect[] | undefined;
  readonly forEach?: string | undefined;
  readonly forEachOrNull?: string | undefined;
  readonly repeat?: readonly string[] | undefined;
  readonly unionAll?: readonly ViewSelect[] | undefined;
}

export interface ViewColumn {
  readonly name: string;
  /** FHIRPath. */
  readonly path: string;
  readonly type?: string | undefined;
  readonly collection?: boolean | undefined;
  readonly description?: string | undefined;
  readonly tag?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/** https://hl7.org/fhir/R4/library.html */
export interface Library extends Definition {
  readonly resourceType: 'Library';
}

/** The resource of a type, as far as this package knows it. */
export type ResourceOf<Type extends string> = Type extends 'ViewDefinition'
  ? ViewDefinition
  : Type extends 'Library'
    ? Library
    : Resource & { readonly resourceType: Type };
