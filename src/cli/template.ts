// `npm run template`: writes a template of Serverless Devs' registry with the present rules, for `s init` and for the
// console's one-click page.
import { writeTemplate } from '../deploy/template/template.js';
import { userPath } from '../terminal/file.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  out: { value: 'DIR', help: 'the folder to write to (default template)' },
  json: { help: 'the names of the files as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'template',
  summary: 'Writes a template of Serverless Devs’ registry: publish.yaml, src/s.yaml, the bundle and the rules.',
  notes: '`s registry publish` in that folder uploads it; then `s init oss-autostyle` starts a project from it.',
  options,
  async run({ flags, out }) {
    const files = await writeTemplate(flags.out === undefined ? undefined : userPath(flags.out));
    out(flags.json ? `${JSON.stringify({ files })}\n` : files.map((file) => `${file}\n`).join(''));
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
