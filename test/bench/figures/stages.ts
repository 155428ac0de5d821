// Where the function's CPU goes, by the stages of an event. From V8's sampling profile of a readable build.
import { readFileSync } from 'node:fs';
import type { Lab } from '../lab.js';
import { buildProject } from '../programs.js';
import { bundledRules } from '../rules.js';
import type { Figure, Row } from './figure.js';
import { measured } from './measured.js';
import { stagesOf } from './profile.js';
import { atOnce, warming } from './warm-uploads.js';

const events = 15_000;

export const stages: Figure = {
  name: 'stages',
  title: `CPU of an event by stage, ${events.toLocaleString('en')} events, ${atOnce} at a time, after ${warming}: from a sampling profile`,
  short: false,
  async run(lab) {
    const module = await buildProject(lab.folder('readable'), bundledRules, { readable: true });
    const found = await profiled(lab, module);
    const names = [...new Set(found.flatMap(({ times }) => [...times.keys()]))];
    const rows = names.map((of): Row => {
      const shares = found.map(({ times }) => (times.get(of) ?? 0) / total(times));
      const costs = found.map(({ cpu }, run) => (cpu * (shares[run] ?? 0)) / events);
      const percent = shares.map((share) => share * 100);
      return { of, values: { share: measured(percent, '%'), 'an event': measured(costs, 'µs') } };
    });
    return rows.sort((a, b) => (b.values['share']?.median ?? 0) - (a.values['share']?.median ?? 0));
  },
};

/** Of each round what the profile says, and the CPU in all, profiler included. */
async function profiled(
  lab: Lab,
  module: string,
): Promise<readonly { readonly times: ReadonlyMap<string, number>; readonly cpu: number }[]> {
  const code = readFileSync(module, 'utf8');
  const run = { contestant: 'function', module, warming, events, atOnce, profiled: true } as const;
  const { rounds } = await lab.warm({ rounds: run }, 3);
  return rounds.flatMap(({ profile, cpu }) =>
    profile === undefined ? [] : [{ times: stagesOf(profile, module, code), cpu }],
  );
}

function total(stage: ReadonlyMap<string, number>): number {
  return [...stage.values()].reduce((sum, time) => sum + time, 0);
}
