// Groups edits into as few sharp pipelines as possible. sharp runs its steps in an order of its own, whatever the order
// of the calls; a pass therefore takes edits only while their order is sharp's. What does not fit starts another pass,
// and the image crosses between passes as raw pixels. Nearly every style in use (orient, cut, scale, cut or pad,
// effect, corners) is one pass: no crossing at all.
// Source: the order of steps in sharp's src/pipeline.cc (0.35).
import type { Edit } from './edit.js';

// The places in sharp's order that an edit can take, e.g. a cut before the scaling or after it.
const slots: Readonly<Record<Edit['do'], readonly number[]>> = {
  orient: [0],
  turn: [1, 5],
  cut: [2, 6],
  scale: [3],
  mirror: [4],
  extend: [7],
  blur: [8],
  convolve: [9],
  overlay: [10],
  linear: [11],
  opaque: [12],
};
const [earlyTurn, earlyCut, scale, lateTurn, lateCut] = [1, 2, 3, 5, 6];

/**
 * The edits in order, as passes that sharp can each do in one pipeline. There is always at least one pass, maybe an
 * empty one.
 */
export function splitIntoPasses(edits: readonly Edit[]): Edit[][] {
  let pass: Edit[] = [];
  let taken: number[] = [];
  const passes = [pass];
  for (const edit of edits) {
    let slot = slots[edit.do].find((candidate) => fits(candidate, edit, taken));
    if (slot === undefined) {
      pass = [];
      taken = [];
      passes.push(pass);
      slot = slots[edit.do][0] ?? 0;
    }
    pass.push(edit);
    taken.push(slot);
  }
  return passes;
}

function fits(slot: number, edit: Edit, taken: readonly number[]): boolean {
  if (taken.some((other) => other >= slot)) return false;
  // sharp has one rotation and one mirroring, and moves both before the scaling together.
  if (edit.do === 'mirror' || slot === lateTurn) return !taken.includes(earlyTurn);
  // sharp takes a first cut without scaling to come before the mirroring; a turn in between makes it wait.
  if (slot === lateCut) return taken.some((other) => other === earlyCut || other === scale || other === lateTurn);
  return true;
}
