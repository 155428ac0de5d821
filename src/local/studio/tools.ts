// What the studio asks of the rooms above it: the emulator may import shared ground only, so the command that starts
// the studio hands these in. Imported by the page for its types: nothing of Node here.
import type { JournalTools } from './journal-tools.js';
import type { RulesTools } from './rules-tools.js';

/** An upload, or a removal, that rules are tried with. */
export interface TriedUpload {
  readonly bucket: string;
  readonly key: string;
  /** As OSS names it; `ObjectCreated:PutObject` where it is absent. */
  readonly event?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
  /** Epoch ms. */
  readonly time?: number | undefined;
}

/** What the function makes of an upload, and why. */
export interface ExplainedUpload {
  /** Those that act on it. */
  readonly rules: readonly { readonly name: string; readonly path: string }[];
  /** Why nothing is done. */
  readonly skipped?: string | undefined;
  readonly outputs: readonly ExplainedTarget[];
  /** The ten that came nearest. */
  readonly others: readonly {
    readonly rule: string;
    readonly path: string;
    /** The first that does not hold. */
    readonly condition: string;
    readonly why: string;
  }[];
  readonly othersOmitted?: number | undefined;
  readonly refusedByOss?: { readonly code: string; readonly message: string } | undefined;
  readonly lookalikes: readonly string[];
}

interface ExplainedTarget {
  readonly path: string;
  readonly style: string;
  readonly target?: string | undefined;
  readonly relayed?: { readonly because: readonly string[] } | undefined;
  readonly refused?: { readonly code: string; readonly message: string } | undefined;
}

/** What is there of an upload: its source, its derivatives, the journal's records. */
export interface LookedUpload {
  readonly look: LookedObject;
  readonly derivatives: readonly {
    readonly style: string;
    readonly target?: string | undefined;
    readonly state: string;
    readonly look?: LookedObject | undefined;
    readonly refused?: { readonly code: string; readonly message: string } | undefined;
    /** Headers and tags that are not as its rule asks for now. */
    readonly details?: { readonly differs: readonly { readonly name: string }[] } | undefined;
    readonly records: readonly LookedRecord[];
  }[];
  /** Those that are about none of these derivatives. */
  readonly records: readonly LookedRecord[];
  /** Whether nothing is missing, stale, left over or unseen. */
  readonly well: boolean;
}

export type LookedObject =
  | { readonly state: 'there'; readonly bytes: number; readonly modified: number }
  | { readonly state: 'absent' }
  | { readonly state: 'unseen'; readonly code: string; readonly message: string };

/** A record of the journal. */
export interface LookedRecord {
  readonly record: string;
  readonly kind: string;
  readonly code: string;
  readonly message?: string | undefined;
  /** When the timer runs it; undefined: it waits for someone. */
  readonly due?: string | undefined;
  readonly outlived: boolean;
}

export interface StudioTools extends RulesTools {
  explain(upload: TriedUpload): Promise<ExplainedUpload>;
  /** @param url of the embedded cloud */
  look(name: { readonly bucket: string; readonly key: string }, url: string): Promise<LookedUpload>;
  readonly journal: JournalTools;
}
