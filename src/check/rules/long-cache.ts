// Derivatives that browsers keep for long, under keys that stay when the source is overwritten. Said once: whoever
// uploads each version under a key of its own has nothing to fear.
import { type Config, outputsOf } from '../../rules/rule.js';
import { namesVersion } from '../../rules/template.js';
import { type Finding, finding } from '../finding.js';
import { listed } from './outputs.js';

const day = 86_400;

/** The outputs of which a browser may show a former version for a week or longer. */
export function longCaches(config: Config): Finding[] {
  const long = outputsOf(config, ({ key, relay }) => {
    const control = relay?.headers.find(({ name }) => name === 'cache-control')?.value.text ?? '';
    return secondsKept(control) >= 7 * day && !namesVersion(key);
  });
  const [first, ...more] = long.map(({ path }) => path);
  if (first === undefined) return [];
  const also = more.length === 0 ? '' : ` (also at ${listed(more)})`;
  const message = `a browser keeps this for a week or longer: when its source is overwritten, it still shows the old one${also}`;
  const fix = 'leave it where no source is overwritten; else put {etag} into the key, or write a shorter max-age';
  return [finding('info', 'longCache', `${first}.headers`, message, fix)];
}

/** https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
function secondsKept(control: string): number {
  if (/(?:^|[\s,])no-(?:cache|store)(?:[\s,]|$)/i.test(control)) return 0;
  return Number(/(?:^|[\s,])max-age="?(\d+)/i.exec(control)?.[1] ?? 0);
}
