// What a rule makes: each output with its style, where it is saved, and what is special about it.
import { printable } from '../../../rules/printable.js';
import type { ShownOutput } from '../../studio/rules-tools.js';
import type { ExplainedUpload } from '../../studio/tools.js';
import { Arrow } from './lines.js';
import { words } from './words.js';

/** Rules that are named beside an output. */
const mostNear = 5;

/** @param explained the targets for the upload that is tried, if the rule takes it */
export function Outputs({
  outputs,
  explained,
}: {
  readonly outputs: readonly ShownOutput[];
  readonly explained: ExplainedUpload['outputs'];
}) {
  return (
    <ul class="outputs" aria-label={words.makes}>
      {outputs.map((output, index) => {
        const made = explained.find(({ path }) => path.endsWith(`.outputs[${index}]`));
        // The place in the configuration is what tells outputs apart.
        return <Output key={`${index} ${output.key}`} output={output} made={made} />;
      })}
    </ul>
  );
}

function Output({
  output,
  made,
}: {
  readonly output: ShownOutput;
  readonly made: ExplainedUpload['outputs'][number] | undefined;
}) {
  const { style, bucket, key, headers, tags, relayed, near } = output;
  return (
    <li>
      <div class="making">
        <code class="style">
          {style.split(/(?<=\/)/).map((operation, at) => (
            // Operations have no name of their own, and only their order.
            <span key={at}>{printable(operation)}</span>
          ))}
        </code>
        <Arrow />
        <code class="target">
          <span class="bucket">{bucket ?? words.sameBucket}</span>
          <span class="slash">/</span>
          <Template text={key} />
        </code>
      </div>
      {made?.target !== undefined && <p class="made mono">{printable(made.target)}</p>}
      {made?.refused !== undefined && <p class="bad">{printable(made.refused.message)}</p>}
      <ul class="notes">
        {headers.map(({ name, value }) => (
          <li key={`header ${name}`}>
            <code>
              {name}: {printable(value)}
            </code>
          </li>
        ))}
        {tags.length > 0 && (
          <li>
            {words.tags}{' '}
            <code>{tags.map(({ name, value }) => `${printable(name)}=${printable(value)}`).join(' ')}</code>
          </li>
        )}
        {relayed.length > 0 && <li>{words.relayed(relayed.join(', '))}</li>}
        {nearTexts(near).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </li>
  );
}

/** The rules that listen beside an output, those together that the same condition keeps apart. */
function nearTexts(near: ShownOutput['near']): string[] {
  const reasons = new Map<string, string[]>();
  for (const { rule, by } of near) {
    const reason = by[0] === undefined ? words.together : (words.by[by[0]] ?? by[0]);
    reasons.set(reason, [...(reasons.get(reason) ?? []), rule]);
  }
  return [...reasons].map(([reason, rules]) => {
    const shown = rules.slice(0, mostNear).join(', ');
    const rest = rules.length > mostNear ? ` ${words.more(rules.length - mostNear)}` : '';
    return words.near(shown + rest, reason);
  });
}

/** A template, its variables set apart. */
function Template({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(\{[^{}]*\})/).map((part, at) =>
        // Parts have no name of their own, and only their order.
        at % 2 === 1 ? <i key={at}>{part}</i> : printable(part),
      )}
    </>
  );
}
