// The configuration as a picture: each rule as a road from where it listens to what it saves. For a screen reader it is
// a list of rules, each with lists of what it takes and makes.
import { printable } from '../../../rules/printable.js';
import type { RulesFinding, ShownConfig, ShownRule } from '../../studio/rules-tools.js';
import { explainedWords } from '../explained-words.js';
import { Findings } from './findings.js';
import { Fan } from './lines.js';
import { Outputs } from './outputs.js';
import { Sources } from './sources.js';
import { tried } from './tried.js';
import { ruleOf } from './upload-field.js';
import { words } from './words.js';

/** Rules that are drawn: the first ones. */
const most = 200;

export function Picture({
  config,
  findings,
}: {
  readonly config: ShownConfig;
  readonly findings: readonly RulesFinding[];
}) {
  const { rules } = config;
  return (
    <>
      <ol class="roads">
        {rules.slice(0, most).map((rule, index) => (
          <Rule
            key={rule.name}
            rule={rule}
            index={index}
            findings={findings.filter(({ where }) => ruleOf(where) === index)}
          />
        ))}
      </ol>
      {rules.length > most && <p class="quiet">{words.more(rules.length - most)}</p>}
    </>
  );
}

function Rule({
  rule,
  index,
  findings,
}: {
  readonly rule: ShownRule;
  readonly index: number;
  readonly findings: readonly RulesFinding[];
}) {
  const explained = tried.value;
  const isTaking = explained?.rules.some(({ path }) => ruleOf(path) === index) ?? false;
  const other = explained?.others.find(({ path }) => ruleOf(path) === index);
  const state = explained === undefined ? '' : isTaking ? 'taking' : 'passing';
  return (
    <li class={`rule ${state}`}>
      <h3>
        <span class="order">{index + 1}</span> {rule.name}
        {isTaking && <span class="badge good">{words.takesIt}</span>}
        {other !== undefined && (
          <span class="badge quiet" title={printable(other.why)}>
            {words.doesNot(explainedWords.conditions[other.condition] ?? other.why)}
          </span>
        )}
        {rule.removes && <span class="badge">{words.removes}</span>}
      </h3>
      <div class="road">
        <Sources rule={rule} />
        <Fan rows={rule.outputs.length} />
        <Outputs outputs={rule.outputs} explained={isTaking ? (explained?.outputs ?? []) : []} />
      </div>
      <Findings findings={findings} />
    </li>
  );
}
