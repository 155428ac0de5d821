// `npm run stop`: the kill switch. Reserved concurrency 0: Function Compute starts the function no more.

import { functionNotes, functionOptions, openFunction, tellingRefusals } from '../remote/function-account.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  ...functionOptions,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'stop',
  summary: 'Stops the deployed function: Function Compute does not start it again until `npm run resume`.',
  notes:
    'Uploads go on, and their events wait: Function Compute tries each again after 0.5 s, 1 s, 2 s and so on, for\n' +
    '5 hours, and then sends it to the onFailure destination of s.yaml. Running invocations finish. Stopping a\n' +
    'stopped function does no harm, and a deployment does not start it.\n' +
    functionNotes,
  options,
  async run({ flags, out, error }) {
    const { fc, name, region } = await openFunction(flags, { note: error });
    return tellingRefusals(async () => {
      const was = await fc.getReservedConcurrency(name);
      if (was !== 0) {
        await fc.putReservedConcurrency(name, 0);
        if ((await fc.getReservedConcurrency(name)) !== 0) {
          throw new UserError(`${name} may still run: its reserved concurrency has been changed meanwhile; try again`);
        }
      }
      if (flags.json) {
        const state = { function: name, region, reservedConcurrency: 0, was: was ?? null, changed: was !== 0 };
        out(`${JSON.stringify(state)}\n`);
      } else if (was === 0) {
        out(`${name} in ${region} was stopped already\n`);
      } else {
        out(
          `stopped ${name} in ${region} (reserved concurrency ${was ?? 'not set'} → 0)\n` +
            'Events of new uploads wait in Function Compute: it tries each again, ever less often, for 5 hours, and then\n' +
            'hands it to the onFailure destination of s.yaml. What runs now runs to its end. To go on: npm run resume\n',
        );
      }
      return 0;
    });
  },
};

await runAsProcess(command, import.meta.url);
