// Groups edits into as few sharp pipelines as possible. sharp runs its steps in an order of its own, whatever the order
// of the calls; a pass therefore takes edits only while their order is sharp's. What does not fit starts another pass,
// and the image crosses between passes as raw pixels, on which the edits of pixels are done.
// Source: the order of steps in sharp's src/pipeline.cc (0.35).
import { type Edit, isPixelEdit, type PixelEdit, type SharpEdit } from './edit.js';

/** What sharp does in one pipeline, and what is then done on the pixels. */
export interface Pass {
  readonly bySharp: readonly SharpEdit[];
  readonly onPixels: readonly PixelEdit[];
}

// The places in sharp's order that an edit can take, e.g. a cut before the mirroring or after it.
const slots: Readonly<Record<SharpEdit['do'], readonly number[]>> = {
  turn: [1, 4],
  cut: [2, 5],
  mirror: [3],
  extend: [6],
  blur: [7],
  overlay: [8],
  linear: [9],
  opaque: [10],
};
const [earlyTurn, earlyCut, lateTurn, lateCut] = [1, 2, 4, 5];

/** The edits in order, as few passes. There is always at least one pass, maybe an empty one. */
export function splitIntoPasses(edits: readonly Edit[]): Pass[] {
  let pass = newPass();
  let taken: number[] = [];
  const passes = [pass];
  for (const edit of scaledFirst(edits)) {
    if (isPixelEdit(edit)) {
      pass.onPixels.push(edit);
      continue;
    }
    let slot = slots[edit.do].find((candidate) => fits(candidate, edit, taken));
    if (slot === undefined || pass.onPixels.length > 0) {
      pass = newPass();
      taken = [];
      passes.push(pass);
      slot = slots[edit.do][0] ?? 0;
    }
    pass.bySharp.push(edit);
    taken.push(slot);
  }
  return passes;
}

// What only moves pixels waits for a scaling that follows: mostly there are fewer pixels then, and they are the same.
function scaledFirst(edits: readonly Edit[]): Edit[] {
  const ordered: Edit[] = [];
  for (const edit of edits) {
    if (edit.do !== 'scale') {
      ordered.push(edit);
      continue;
    }
    const at =
      1 + ordered.findLastIndex((other) => other.do !== 'mirror' && !(other.do === 'turn' && other.angle % 90 === 0));
    const isSideways =
      ordered.slice(at).filter((other) => other.do === 'turn' && other.angle % 180 !== 0).length % 2 === 1;
    const { width, height } = edit.size;
    ordered.splice(at, 0, isSideways ? { do: 'scale', size: { width: height, height: width } } : edit);
  }
  return ordered;
}

function newPass(): { bySharp: SharpEdit[]; onPixels: PixelEdit[] } {
  return { bySharp: [], onPixels: [] };
}

function fits(slot: number, edit: SharpEdit, taken: readonly number[]): boolean {
  if (taken.some((other) => other >= slot)) return false;
  // sharp has one rotation and one mirroring, and moves both to the front together.
  if (edit.do === 'mirror' || slot === lateTurn) return !taken.includes(earlyTurn);
  // sharp takes a first cut without scaling to come before the mirroring; a turn in between makes it wait.
  if (slot === lateCut) return taken.includes(earlyCut) || taken.includes(lateTurn);
  return true;
}
