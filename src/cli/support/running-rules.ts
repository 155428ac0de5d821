// The rules that `npm start` runs: those of the file, which is watched, or a draft of the studio in place of them. A
// mistake changes nothing: the function keeps the rules that it has.
import { checkRules } from '../../check/rules/check-rules.js';
import { variablesIn } from '../../deploy/configuration.js';
import { rulesOfText } from '../../deploy/rules-text.js';
import { localAccount } from '../../local/account.js';
import type { LocalCloud } from '../../local/cloud.js';
import { StudioMistake } from '../../local/studio/mistake.js';
import type { RulesFinding, RulesInForce, RulesMistake, RulesTools } from '../../local/studio/rules-tools.js';
import { objectUri } from '../../oss/object-name.js';
import { configObjectOf } from '../../rules/config-source.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { UserError } from '../../terminal/user-error.js';
import { publishedRules } from './published-rules.js';
import type { ReadyRules, Workplace } from './saved-rules.js';
import { shownConfig } from './shown-config.js';

/** What has become of the rules. `refused`: the file's mistakes; then nothing has changed. */
export type RulesNews =
  | { readonly source: 'file' | 'draft'; readonly file: string; readonly rules: number; readonly outputs: number }
  | { readonly refused: string };

export interface RunningRulesOptions {
  readonly first: ReadyRules;
  /** As the user named it; undefined: src/config.ts. */
  readonly file: string | undefined;
  readonly environment: Environment;
  readonly workplace: Workplace;
  /** Reads the file as it is now. @throws {UserError} */
  readonly read: () => Promise<ReadyRules>;
  /** What is unwise about the file's rules. */
  readonly checkSaved: (input: unknown) => Promise<readonly RulesFinding[]>;
  readonly onNews: (news: RulesNews) => void;
}

export interface RunningRules extends RulesTools {
  /** What the cloud is to be started with. */
  readonly first: ReadyRules;
  /** To be called when the cloud is there. */
  runIn(cloud: Pick<LocalCloud, 'url' | 'reload' | 'tellOfRules'>): void;
  /** The files that the rules come from. */
  files(): readonly string[];
  /** To be called when one of them has been saved. */
  saved(): Promise<void>;
}

export function createRunningRules(options: RunningRulesOptions): RunningRules {
  const { first, environment, workplace, onNews } = options;
  const file = options.file ?? 'src/config.ts';
  const rulesAt = options.file === undefined ? configObjectOf(environment['CONFIG_URI'] ?? '') : undefined;
  let cloud: Pick<LocalCloud, 'url' | 'reload' | 'tellOfRules'> | undefined;
  let onDisk = first;
  let draft: { readonly ready: ReadyRules; readonly text: string } | undefined;
  /** As they were when they were last looked at. */
  let published: Config | undefined;
  let refused: string | undefined;
  let fileChanged = false;
  let saving = Promise.resolve();

  let taken = first;
  const madeOf = ({ codeDir = '', environmentVariables: { CONFIG_URI: uri = '' } }: ReadyRules) => [codeDir, uri];

  /** @throws {RangeError} for settings that Function Compute refuses */
  function take(ready: ReadyRules): void {
    const { config, codeDir, environmentVariables } = ready;
    const ended = cloud?.reload({ config, codeDir, environmentVariables });
    const former = taken;
    taken = ready;
    void ended?.then(() => {
      const inUse = new Set([taken, onDisk, inForce()].flatMap(madeOf));
      for (const made of madeOf(former)) if (!inUse.has(made)) workplace.remove(made);
    });
  }

  function tell(source: 'file' | 'draft', { config: { rules } }: ReadyRules): void {
    cloud?.tellOfRules();
    const outputs = rules.reduce((sum, rule) => sum + rule.outputs.length, 0);
    onNews({ source, file, rules: rules.length, outputs });
  }

  async function readAgain(): Promise<void> {
    try {
      const ready = await options.read();
      if (draft === undefined) take(ready);
      onDisk = ready;
      refused = undefined;
      fileChanged = draft !== undefined;
      tell('file', ready);
    } catch (error) {
      // Whatever it is: the function goes on with the rules that it has.
      refused = error instanceof UserError ? error.message : `${file}: ${String(error)}`;
      cloud?.tellOfRules([refused]);
      onNews({ refused });
    }
  }

  const inForce = (): ReadyRules => draft?.ready ?? onDisk;

  async function runDraft(text: string): Promise<readonly RulesMistake[]> {
    if (rulesAt !== undefined) throw new StudioMistake('invalid', 'The rules are in OSS: publish others there.');
    const read = rulesOfText(text, environment);
    if ('mistakes' in read) return read.mistakes;
    const { config, input } = read;
    const environmentVariables = { ...variablesIn(input, environment), CONFIG_URI: workplace.write(input) };
    const ready: ReadyRules = { config, input, text, environmentVariables, codeDir: onDisk.codeDir, files: [] };
    try {
      take(ready);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [{ path: '', message: error.message, start: 0, end: 0 }];
    }
    draft = { ready, text };
    fileChanged = false;
    tell('draft', ready);
    return [];
  }

  return {
    first,
    runIn(started) {
      cloud = started;
    },
    files: () => onDisk.files,
    saved() {
      saving = saving.then(readAgain);
      return saving;
    },
    config: () => published ?? inForce().config,
    async rules(): Promise<RulesInForce> {
      const common = { file, refused, fileChanged: draft !== undefined && fileChanged };
      if (rulesAt !== undefined && cloud !== undefined) {
        const { text, read } = await publishedRules(cloud.url, rulesAt, environment, onDisk.config);
        published = read?.config;
        const loaded = read && shownConfig(read.config);
        return {
          ...common,
          source: 'oss',
          uri: objectUri(rulesAt.bucket, rulesAt.key),
          input: read?.input,
          text,
          loaded,
        };
      }
      const { input, text, config } = inForce();
      return { ...common, source: draft === undefined ? 'file' : 'draft', input, text, loaded: shownConfig(config) };
    },
    runDraft,
    async discardDraft() {
      if (draft === undefined) return;
      take(onDisk);
      draft = undefined;
      fileChanged = false;
      tell('file', onDisk);
    },
    async mistakesIn(text) {
      const read = rulesOfText(text, environment);
      return 'mistakes' in read ? read.mistakes : [];
    },
    async check(): Promise<readonly RulesFinding[]> {
      const { input } = inForce();
      if (draft !== undefined) {
        const { findings } = checkRules(() => input, environment, localAccount.region);
        return findings.map((one) => ({ ...one, file: 'draft' }));
      }
      return options.checkSaved(input);
    },
  };
}
