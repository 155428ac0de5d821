// What the studio of `npm start` asks of the rooms above the emulator.
import { readConfig, runnableConfig } from '../../deploy/configuration.js';
import { functionRules } from '../../deploy/function-rules.js';
import type { StudioTools } from '../../local/studio/tools.js';
import { studioAnswers } from './studio-answers.js';
import { journalTools } from './studio-journal.js';

/** @param configFile the configuration as JSON; undefined: src/config.ts */
export function studioTools(configFile: string | undefined): StudioTools {
  const config = () => runnableConfig(configFile, process.env).config;
  return {
    ...studioAnswers(config, Date.now),
    config,
    rules: () => ({ input: readConfig(configFile).input, file: configFile ?? 'src/config.ts' }),
    journal: journalTools((oss) => functionRules(configFile, process.env, oss)),
  };
}
