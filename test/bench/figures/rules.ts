// What 10,000 rules add to the first event of a cold process.
import { contestants } from '../contestants/contestants.js';
import { prefix } from '../contestants/upload.js';
import type { ColdResult } from '../instance/job.js';
import type { Lab, Run } from '../lab.js';
import { folderOf, rulesJson } from '../rules.js';
import { spreadOf } from '../statistics.js';
import type { Figure, Row } from './figure.js';
import { exactly, measured } from './measured.js';

const many = 10_000;

/** By the fastest round of each: what else the machine does can only add to a time. */
export const loadColumn = 'load of 10,000, fastest';

export const rules: Figure = {
  name: 'rules',
  title: `Rules from CONFIG_URI in a cold process, from loading the module to the first saved object: 1 rule, and ${many.toLocaleString('en')}`,
  short: true,
  run: async (lab) => [await rowOf(lab, 'file:///'), await rowOf(lab, 'oss://')],
};

async function rowOf(lab: Lab, from: 'file:///' | 'oss://'): Promise<Row> {
  const run = (count: number): Run => runOf(lab, from, count);
  const results = await lab.cold({ one: run(1), many: run(many) }, lab.thorough ? 9 : 5);
  const total = ({ total: all }: ColdResult): number => all;
  const one = results.one.map(total);
  const all = results.many.map(total);
  return {
    of: `${contestants.function}, ${from}`,
    values: {
      '1 rule': measured(one, 'ms'),
      '10,000 rules': measured(all, 'ms'),
      [loadColumn]: exactly(spreadOf(all).least - spreadOf(one).least, 'ms'),
    },
  };
}

function runOf(lab: Lab, from: 'file:///' | 'oss://', count: number): Run {
  const text = rulesJson({ rules: count, outputs: 1 });
  const common = { contestant: 'function', prefix: count === 1 ? prefix : folderOf(count / 2) } as const;
  if (from === 'file:///') {
    return { ...common, environment: { CONFIG_URI: `file://${lab.file(`${count}-rules.json`, text)}` } };
  }
  const stub = { delays: { process: 0, head: 0 }, object: text };
  return { ...common, stub, environment: { CONFIG_URI: 'oss://photos-config/rules.json' } };
}
