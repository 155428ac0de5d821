// `npm run stop`: the kill switch. With reserved concurrency 0, Function Compute no longer starts the function.
import { asUserErrors } from '../remote/error.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
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
    return asUserErrors(async () => {
      const at = new Date().toISOString();
      const was = await fc.getReservedConcurrency(name);
      if (was !== 0) {
        await fc.putReservedConcurrency(name, 0);
        if ((await fc.getReservedConcurrency(name)) !== 0) {
          throw new UserError(
            `${name} may still run: somebody else has changed its reserved concurrency meanwhile; try again`,
          );
        }
      }
      if (flags.json) {
        const stopped = was === 0 ? {} : { at };
        const state = {
          function: name,
          region,
          reservedConcurrency: 0,
          was: was ?? null,
          changed: was !== 0,
          ...stopped,
        };
        out(`${JSON.stringify(state)}\n`);
      } else if (was === 0) {
        out(`${name} in ${region} is stopped already\n`);
      } else {
        out(
          `stopped ${name} in ${region} at ${at} (reserved concurrency ${was ?? 'not set'} → 0)\n` +
            'Events of new uploads wait in Function Compute: it tries each again, less and less often, for 5 hours, and then\n' +
            'sends it to the onFailure destination of s.yaml. Invocations that run now are not ended. To start it again:\n' +
            'npm run resume\n' +
            'Note the time: after more than 5 hours npm run reconcile -- oss://BUCKET/PREFIX/ --since THAT-TIME finds the\n' +
            'uploads whose events were given up.\n',
        );
      }
      return 0;
    });
  },
};

await runAsProcess(command, import.meta.url);
