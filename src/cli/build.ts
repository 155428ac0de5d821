// `npm run build`: refuses a wrong configuration, then writes what is deployed, dist/index.js and dist/package.json.
import { buildFunction } from '../deploy/build.js';
import { userPath } from '../terminal/file.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  out: { value: 'DIR', help: 'the folder to write to (default dist)' },
  json: { help: 'the result as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'build',
  summary: 'Builds the function: dist/index.js and dist/package.json, the same bytes each time.',
  options,
  async run({ flags, out }) {
    const { bytes, outdir } = await buildFunction(flags.out === undefined ? undefined : userPath(flags.out));
    const line = flags.json ? JSON.stringify({ outdir, bytes }) : `${outdir}/index.js  ${(bytes / 1000).toFixed(1)} KB`;
    out(`${line}\n`);
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
