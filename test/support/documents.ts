// The documents that people read, and the commands in them.
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Every document of the project, by its path. */
export const documents: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    'README.zh-CN.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'src/README.md',
    'src/style/README.md',
    'src/deploy/README.md',
    'src/doctor/README.md',
    'src/reconcile/README.md',
    'test/README.md',
  ].map((path) => [path, readFileSync(new URL(path, root), 'utf8')]),
);

/** Whether there is a file or a folder of this path in the project. */
export function exists(path: string, from = ''): boolean {
  return existsSync(new URL(path, new URL(from, root)));
}

/** The npm commands of a document, each once and without npm's -s: those in backticks or in a block of shell code. */
export function commandsIn(text: string): string[] {
  const shell = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, code = '']) =>
    code.split('\n').flatMap((line) => line.replace(/\s+#.*$/, '').split('&&')),
  );
  const inline = [...text.replace(/^ *```.*?^ *```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const commands = [...shell, ...inline].map((command) => command.trim().replace(/^npm run -s /, 'npm run '));
  return [...new Set(commands.filter((command) => /^npm (ci|start|test|run [a-z])/.test(command)))];
}
