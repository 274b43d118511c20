import type { Cut } from '@millrace/export';
import type { OwnBases } from '@millrace/fhir';
import type { RowFormat } from '@millrace/formats';
import type { EngineChoice } from '@millrace/viewdef';
import type { FhirVersion, PinnedInput } from '@millrace/storage';
import type { SupersededOf } from '../versions/versions-task.js';

/** When all open parts of a pass are closed together. Whichever limit is reached first makes the cut. */
export interface CutLimits {
  /** Bytes of the largest open part. */
  readonly partBytes: number;
  /** Rows of the largest open part. */
  readonly partRows: number;
  /** Input bytes (decompressed) since the last cut. */
  readonly inputBytes: number;
  /** Seconds since the last cut. */
  readonly seconds: number;
  /** Bytes of the rows of one resource; see `MOST_RESOURCE_BYTES`. */
  readonly resourceBytes?: number | undefined;
  /** Input bytes before the first cut, where somebody waits for the first rows. */
  readonly firstInputBytes?: number;
}

/** The treatment of a line that is not a FHIR resource. */
export type MalformedLines = 'fail' | 'skip';

/** Which resources of a range are evaluated. */
export interface RangeFilter {
  /** A FHIR instant: those that were changed later. */
  readonly since?: string;
  /** A FHIR instant: those that were changed then or earlier. */
  readonly until?: string;
  /** Key of the object with the ids of patients: those in the compartment of one of them. */
  readonly patients?: string;
  /** Key of the object with those of the patients whose resources pass `since` whatever their age. */
  readonly joined?: string;
  /** The ids in these objects are those of the resources themselves, whatever their type. */
  readonly byId?: boolean;
  /** Key of an object with ids of resources: those of others do not pass. */
  readonly own?: string;
  /** The bytes of this object, where it is not stored. */
  readonly patientIds?: SharedArrayBuffer;
  /** Those of the object of `own`, likewise. */
  readonly ownIds?: SharedArrayBuffer;
}

/** One range of one input, from bytes to parts. It is plain data, because it crosses to the thread that does the work. */
export interface RangeFrame {
  readonly source: string;
  readonly fhirVersion: FhirVersion;
  /** Bases of the source, behind which absolute references are to its own resources. */
  readonly bases: OwnBases;
  readonly resourceType: string;
  readonly input: PinnedInput;
  /** The bytes of the input, where it is in no source. */
  readonly content?: SharedArrayBuffer;
  readonly start: number;
  readonly end: number;
  /** Offset and number of the first cut: where an earlier attempt stopped. For gzip an offset in the content. */
  readonly from: number;
  readonly firstCut: number;
  /** Absent: all resources. */
  readonly filter?: RangeFilter;
  /** Lines of the input that are passed over, because they hold older versions. Absent: none. */
  readonly superseded?: SupersededOf;
  readonly engine: EngineChoice;
  /** Parts are stored under `{prefix}{n}.{ext}`, n from 1; the prefix belongs to this attempt alone. */
  readonly partPrefix: string;
  readonly limits: CutLimits;
  readonly malformedLines: MalformedLines;
  /** Lines on which the scan took too long: each is evaluated by itself and in another way, so that the one shows. */
  readonly oneByOne?: readonly Span[];
}

/** A view of a pass. */
export interface RangeView {
  readonly subject: number;
  readonly view: Readonly<Record<string, unknown>>;
  /** Its parts are stored under this prefix in place of that of the task. */
  readonly partPrefix?: string;
}

/** A range whose lines are evaluated by the views of a pass. */
export interface RangeTask extends RangeFrame {
  readonly views: readonly RangeView[];
  readonly format: RowFormat;
  readonly header: boolean;
  /** CSV only; the scan does not know it. */
  readonly formulas?: 'text';
  /** Parquet only: zstd in place of Snappy. */
  readonly compression?: 'zstd';
  /** Text only: files are stored in gzip. Their limits are of the content. */
  readonly packed?: true;
  /** Parquet only: values that do not fit their column become null. Absent: the range fails. */
  readonly onMismatch?: 'null';
  /** Parquet only: the export that the files are of. Absent: they name none. */
  readonly exportId?: string;
  /** The column of all views by whose values their parts are divided. Its rows are not those of the scan. */
  readonly partitionBy?: string;
  /** Partitions that an output may have, where there are any. */
  readonly mostPartitions?: number;
  /** Rows of all views after which the range is over. */
  readonly mostRows?: number;
}

/** A range whose lines are copied. */
export interface CopyTask extends RangeFrame {
  readonly subject: number;
  /** Keys at the root of a resource that are left of it, which is tagged then. Absent: lines are copied as they are. */
  readonly keys?: readonly string[];
  /** FHIRPath predicates: resources that one of them is true for. Absent: all that pass the filter. */
  readonly where?: readonly string[];
  /** The lines are Bundles, of which the deletions of these types are copied. */
  readonly deletionsOf?: readonly string[];
  /** Key of the object with the ids of patients: deletions of other patients are left out. */
  readonly deletedPatients?: string;
  /** Keys of objects that name resources in the output: their deletions are left out. */
  readonly standing?: readonly string[];
  /** Resources of the type that were deleted after their last change are left out. Absent: none was. */
  readonly deleted?: {
    /** Key of the object with the deletions of the type. */
    readonly key: string;
    /** The subject of the deletions, which are told but for those of resources that are copied. Absent: none are told. */
    readonly toldBy?: number;
  };
  /** The lines go to this many buckets, once for each patient in whose compartment they are; those of nobody go to none. */
  readonly buckets?: number;
}

/** From an offset to before another one, in the content. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The result of a finished range. */
export interface RangeSummary {
  readonly resources: number;
  readonly rows: number;
  /** The engine that evaluated each view of the pass. */
  readonly engines: readonly string[];
  /**
   * The cut at the end of the range. Nobody was told of it: it is recorded together with the end. Absent when
   * the task was asked to finish at an earlier cut.
   */
  readonly last?: Cut;
}
