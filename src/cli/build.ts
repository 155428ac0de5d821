// `npm run build`: refuses a wrong configuration, then writes what is deployed: dist/index.js, what that loads later,
// and dist/package.json; and lib/, which other projects import.
import { buildFunction } from '../deploy/build.js';
import { buildLibrary } from '../deploy/library.js';
import { userPath } from '../terminal/file.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  out: { value: 'DIR', help: 'the folder to write the function to (default dist)' },
  json: { help: 'the result as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'build',
  summary:
    'Builds the function, dist/, and what tells other projects where results are, lib/: the same bytes each time.',
  options,
  async run({ flags, out }) {
    const built = await buildFunction(flags.out === undefined ? undefined : userPath(flags.out));
    const library = await buildLibrary();
    const sized = ({ outdir, files }: typeof library) => ({
      outdir,
      files: files.map(({ name, bytes }) => ({ name, bytes })),
    });
    if (flags.json) {
      out(`${JSON.stringify({ ...sized(built), library: sized(library) })}\n`);
      return 0;
    }
    for (const { outdir, files } of [built, library]) {
      for (const { name, bytes } of files) out(`${outdir}/${name}  ${(bytes / 1000).toFixed(1)} KB\n`);
    }
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
