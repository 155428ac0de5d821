// A CPU profile, summed up by the stages of an event. A sample counts for the innermost file of the bundle on its
// stack: what a file has Node or V8 do for it is its own. esbuild names each file in a comment above its code.
import type { Profile } from '../instance/job.js';

/** The first that fits a file decides. */
const stages: readonly (readonly [stage: string, files: RegExp])[] = [
  ['send: undici', /node_modules\/undici\//],
  ['parse the event', /^src\/(?:pipeline\/(?:event|message-envelope)|rules\/oss-events)\b/],
  ['log and summary', /^src\/pipeline\/(?:log|outcome)\b/],
  ['match, and make jobs', /^src\/(?:pipeline\/(?:match|jobs|stale|act)\b|rules\/|style\/)/],
  ['sign', /^src\/oss\/(?:sign|endpoint)\b/],
  ['send: our client', /^src\/oss\//],
  ['the chain: settling, journal, results', /^src\//],
];

const others = 'the rest of the bundle';
const withoutFile: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'native code outside any function'],
]);
const nodeItself = 'Node.js: sockets, timers, promises';
const benchItself = 'the bench';

/** µs by stage; time in which the process waited is left out. `file`: of the bundle, whose text is `code`. */
export function stagesOf(profile: Profile, file: string, code: string): Map<string, number> {
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const fileAt = filesByLine(code);

  const stageOf = (leaf: number): string | undefined => {
    const name = byId.get(leaf)?.callFrame.functionName ?? '';
    if (name === '(idle)') return undefined;
    const outside = withoutFile.get(name);
    if (outside !== undefined) return outside;
    for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
      const { url = '', lineNumber = 0 } = byId.get(id)?.callFrame ?? {};
      if (url.endsWith(file)) return stageOfFile(fileAt[lineNumber] ?? '');
      if (url !== '' && !url.startsWith('node:')) return benchItself;
    }
    return nodeItself;
  };

  const known = new Map(nodes.map(({ id }) => [id, stageOf(id)]));
  const times = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const stage = known.get(id);
    // A sample stands for the time until the next one.
    if (stage !== undefined) times.set(stage, (times.get(stage) ?? 0) + (timeDeltas[at + 1] ?? 0));
  }
  return times;
}

function stageOfFile(file: string): string {
  return stages.find(([, files]) => files.test(file))?.[0] ?? others;
}

/** The file that each line of a bundle comes from; empty before the first. */
export function filesByLine(code: string): string[] {
  let file = '';
  return code.split('\n').map((line) => {
    const [, named] = /^\s*\/\/ ((?:src\/|lean:|(?:\S*\/)?node_modules\/)\S*)$/.exec(line) ?? [];
    file = named ?? file;
    return file;
  });
}
