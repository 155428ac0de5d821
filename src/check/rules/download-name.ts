// Names under which browsers store a download. What a key brings into a header is percent-encoded, and only
// `filename*` says so: by `filename`, some browsers show the percent signs.
import { type Config, outputsOf } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';
import { listed } from './outputs.js';

/** `filename*` without its charset says nothing either: https://www.rfc-editor.org/rfc/rfc8187#section-3.2 */
const encodedName = /\bfilename(?:\s*=|\*\s*=\s*(?!utf-8''))[^;]*\{(?:bucket|key|dir|file|name|ext)\}/i;

/** The outputs with a name that does not say how it is encoded. */
export function downloadNames(config: Config): Finding[] {
  const wrong = outputsOf(config, ({ relay }) =>
    Boolean(relay?.headers.some(({ name, value }) => name === 'content-disposition' && encodedName.test(value.text))),
  );
  const [first, ...more] = wrong.map(({ path }) => path);
  if (first === undefined) return [];
  const also = more.length === 0 ? '' : ` (also at ${listed(more)})`;
  const message = `a name with spaces or Chinese stands percent-encoded in filename, and not every browser decodes it there${also}`;
  return [finding('warning', 'downloadName', `${first}.headers`, message, "filename*=UTF-8''{file}, without quotes")];
}
