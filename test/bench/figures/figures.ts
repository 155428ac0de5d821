// The figures of the bench, in the order of its report. A figure is a `Figure` (figure.ts): a name for `--only`, a
// title, whether `--short` takes it, and `run(lab)`, which measures in the lab (lab.ts) and returns rows. A row is one
// contestant (or one case) with its values by column, each a median with its spread and a unit (measured.ts makes
// them). To add one: a file here, an entry in the list below, its budgets, if any, in budgets.ts (by the figure's name,
// the row's `of` and the column), and a line in test/README.md.
//
// `lab.cold(runs, rounds)` and `lab.warm(runs, rounds)` run fresh processes, interleaved; a run names a contestant, and
// what differs from the plainest case. What several figures read is measured once, by `lab.shared`.
import { bundle } from './bundle.js';
import { cold } from './cold.js';
import { call, cpu } from './cpu.js';
import type { Figure } from './figure.js';
import { growthByOutputs, growthByRecords, growthByRules } from './growth.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { outputs } from './outputs.js';
import { rules } from './rules.js';
import { stages } from './stages.js';
import { sweep } from './sweep.js';
import { tenth } from './tenth.js';
import { throughput } from './throughput.js';
import { wire } from './wire.js';

export const figures: readonly Figure[] = [
  ...[cold, cpu, call, memory, bundle, outputs, rules],
  ...[throughput, latency, wire, stages],
  ...[tenth, sweep, growthByRules, growthByRecords, growthByOutputs],
];
