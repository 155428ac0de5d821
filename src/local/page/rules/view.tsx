// The view of the rules: what is in force as a picture, a key to try them with, and a draft in their place.
import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../rules/printable.js';
import type { RulesFinding, RulesInForce } from '../../studio/rules-tools.js';
import { call } from '../server.js';
import { Panel } from '../shell.js';
import { Editor } from './editor.js';
import { Findings } from './findings.js';
import { inForce } from './in-force.js';
import { Picture } from './picture.js';
import { TryKey } from './try-key.js';
import { ruleOf } from './upload-field.js';
import { words } from './words.js';

export function RulesView() {
  const rules = inForce.value;
  if (rules === undefined) return null;
  return (
    <>
      <TryKey />
      <InForce rules={rules} />
      {rules.source !== 'oss' && <Editor rules={rules} />}
    </>
  );
}

function InForce({ rules }: { readonly rules: RulesInForce }) {
  const { source, file, uri = '', loaded, refused } = rules;
  const findings = useFindings(rules);
  const general = findings.filter(({ where }) => ruleOf(where) === undefined);
  return (
    <Panel title={words.inForce}>
      <p>
        {source === 'file' && words.ofFile(file)}
        {source === 'draft' && <strong class="warn">{words.ofDraft(file)}</strong>}
        {source === 'oss' && words.ofOss(printable(uri), file)} {rules.fileChanged && words.fileChanged(file)}
      </p>
      {refused !== undefined && (
        <div role="alert">
          <p class="bad">{words.refused}</p>
          <pre class="whole">{refused.split('\n').map(printable).join('\n')}</pre>
        </div>
      )}
      {source === 'oss' && <Publishing rules={rules} />}
      {loaded !== undefined && (
        <>
          <p>
            <span class="good">✓ {words.noLoop}</span> {words.first}{' '}
            <span class="quiet">
              {loaded.journal === undefined ? words.noJournal : words.journal(printable(loaded.journal))}
            </span>
          </p>
          <Picture config={loaded} findings={findings} />
          <Findings findings={general} />
        </>
      )}
    </Panel>
  );
}

function Publishing({ rules: { uri = '', text, loaded } }: { readonly rules: RulesInForce }) {
  const command = `npm run publish -- ${uri} --config src/config.ts --endpoint ${location.origin}`;
  return (
    <>
      {loaded === undefined && <p class="bad">{text === undefined ? words.unpublished : words.unusable}</p>}
      <p>{words.publish}</p>
      <pre class="whole">{printable(command)}</pre>
    </>
  );
}

/** What check finds in these rules; none until it has answered. */
function useFindings(rules: RulesInForce): readonly RulesFinding[] {
  const [found, setFound] = useState<readonly RulesFinding[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    setFound([]);
    if (rules.source === 'oss') return undefined;
    call<{ findings: readonly RulesFinding[] }>('check', {}, stop.signal).then(
      ({ findings }) => setFound(findings),
      () => {},
    );
    return () => stop.abort();
  }, [rules]);
  return found;
}
