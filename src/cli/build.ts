// `npm run build`: refuses a wrong configuration, then writes what is deployed: dist/index.js, dist/sweep.js and
// dist/relay.js, which index.js loads for a sweep and for what is relayed, and dist/package.json.
import { buildFunction } from '../deploy/build.js';
import { userPath } from '../terminal/file.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  out: { value: 'DIR', help: 'the folder to write to (default dist)' },
  json: { help: 'the result as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'build',
  summary: 'Builds the function: dist/index.js, sweep.js, relay.js and package.json, the same bytes each time.',
  options,
  async run({ flags, out }) {
    const { files, outdir } = await buildFunction(flags.out === undefined ? undefined : userPath(flags.out));
    const sizes = files.map(({ name, bytes }) => ({ name, bytes }));
    if (flags.json) out(`${JSON.stringify({ outdir, files: sizes })}\n`);
    else for (const { name, bytes } of sizes) out(`${outdir}/${name}  ${(bytes / 1000).toFixed(1)} KB\n`);
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
