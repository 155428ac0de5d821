// The warm measurement that several figures read: uploads with one output, eight at a time, after 500 for warming.
import type { Contestant } from '../contestants/contestants.js';
import type { WarmResult } from '../instance/job.js';
import type { Lab, Results, Run, Wire } from '../lab.js';
import { rulesJson } from '../rules.js';

export const warming = 500;
export const atOnce = 8;

/** Those that a budget needs, and the others. */
const needed = ['function', 'aliOss', 'undiciRequest'] as const;
const others = ['functionOnPlainV8', 'aliOssBundled', 'aliOssOnTunedV8', 'undiciDispatch', 'nodeHttp'] as const;

/** Without the contestants for which the lab has no time. */
export type Warm = Partial<Results<Contestant, WarmResult>>;

export function warmUploads(lab: Lab, wire: Wire, events: number): Promise<Warm> {
  return lab.shared(`warm ${wire} ${events}`, async () => {
    const environment = { CONFIG_URI: `file://${lab.file('one-rule.json', rulesJson({ rules: 1, outputs: 1 }))}` };
    const run = (contestant: Contestant): Run => ({ contestant, wire, warming, events, atOnce, environment });
    const taking = lab.thorough ? [...needed, ...others] : needed;
    const runs = Object.fromEntries(taking.map((contestant) => [contestant, run(contestant)]));
    return lab.warm(runs, lab.thorough && events < 10_000 ? 5 : 3);
  });
}

/** Those that were measured, with their results. */
export function taken(results: Warm): [Contestant, readonly WarmResult[]][] {
  return Object.entries(results) as [Contestant, readonly WarmResult[]][];
}
