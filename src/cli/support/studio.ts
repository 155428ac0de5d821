// What the studio of `npm start` asks of the rooms above the emulator, and the file with the rules, which it watches.
import type { ReadRunnableConfig } from '../../deploy/configuration.js';
import { functionRules } from '../../deploy/function-rules.js';
import type { LocalCloud } from '../../local/cloud.js';
import type { StudioTools } from '../../local/studio/tools.js';
import { configObjectOf } from '../../rules/config-source.js';
import { changedFiles } from '../../terminal/changed-files.js';
import { checkSaved } from './check-saved.js';
import { createRunningRules, type RulesNews } from './running-rules.js';
import { firstRules, makeWorkplace, type ReadyRules, savedRules } from './saved-rules.js';
import { studioAnswers } from './studio-answers.js';
import { journalTools } from './studio-journal.js';

/** How often the files are looked at; milliseconds. */
const lookEvery = 300;

export interface StudioRules {
  readonly tools: StudioTools;
  /** What the cloud is to be started with. */
  readonly first: ReadyRules;
  /** Watches the file from now on; returns how to stop. */
  watch(cloud: LocalCloud): () => void;
}

/**
 * @param read the rules at the start
 * @param codeDir the function that was built for them
 */
export async function studioRules(
  read: ReadRunnableConfig,
  codeDir: string,
  onNews: (news: RulesNews) => void,
  environment = process.env,
): Promise<StudioRules> {
  const workplace = makeWorkplace();
  const { file } = read;
  const isPublished = file === undefined && configObjectOf(environment['CONFIG_URI'] ?? '') !== undefined;
  const rules = createRunningRules({
    first: await firstRules(read, codeDir, workplace),
    file,
    environment,
    workplace,
    read: () => savedRules(file, environment, workplace),
    checkSaved: (input) => checkSaved(input, file, environment),
    onNews,
  });
  return {
    tools: {
      ...rules,
      ...studioAnswers(rules.config, Date.now),
      // Those that are published may be others than when they were last looked at.
      journal: journalTools(async (oss) => (isPublished ? functionRules(file, environment, oss) : rules.config())),
    },
    first: rules.first,
    watch(cloud) {
      rules.runIn(cloud);
      const files = changedFiles(rules.files);
      const timer = setInterval(() => files.look() && void rules.saved(), lookEvery);
      return () => clearInterval(timer);
    },
  };
}
