// The warm measurement that several figures read: uploads with one output, eight at a time, after 500 for warming.
import { type Contestant, contestants } from '../contestants/contestants.js';
import type { WarmResult } from '../instance/job.js';
import type { Lab, Results, Run, Wire } from '../lab.js';
import { rulesJson } from '../rules.js';

export const warming = 500;
export const atOnce = 8;

/** Those that a budget needs, and the others. */
const needed = ['function', 'aliOss', 'undiciRequest'] as const;
const others = ['functionOnPlainV8', 'aliOssBundled', 'aliOssOnTunedV8', 'undiciDispatch', 'nodeHttp'] as const;

export type Warm = Results<Contestant, WarmResult>;

/** Without a row's contestant where the lab has no time for it: its results are an empty list. */
export function warmUploads(lab: Lab, wire: Wire, events: number): Promise<Warm> {
  return lab.shared(`warm ${wire} ${events}`, async () => {
    const environment = { CONFIG_URI: `file://${lab.file('one-rule.json', rulesJson({ rules: 1, outputs: 1 }))}` };
    const run = (contestant: Contestant): Run => ({ contestant, wire, warming, events, atOnce, environment });
    const taking = lab.thorough ? [...needed, ...others] : needed;
    const runs = Object.fromEntries(taking.map((contestant) => [contestant, run(contestant)]));
    const none = Object.fromEntries(Object.keys(contestants).map((contestant) => [contestant, []]));
    return { ...(none as unknown as Warm), ...(await lab.warm(runs, lab.thorough && events < 10_000 ? 5 : 3)) };
  });
}

/** Those that have results, with them. */
export function taken<R>(results: Results<Contestant, R>): (readonly [Contestant, readonly R[]])[] {
  return (Object.entries(results) as [Contestant, readonly R[]][]).filter(([, found]) => found.length > 0);
}
