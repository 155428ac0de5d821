// What the studio of `npm start` asks of the rooms above the emulator.
import { readConfig } from '../../deploy/configuration.js';
import { functionRules } from '../../deploy/function-rules.js';
import type { StudioTools } from '../../local/studio/tools.js';
import { journalTools } from './studio-journal.js';

/** @param configFile the configuration as JSON; undefined: src/config.ts */
export function studioTools(configFile: string | undefined): StudioTools {
  return {
    rules: () => ({ input: readConfig(configFile).input, file: configFile ?? 'src/config.ts' }),
    journal: journalTools((oss) => functionRules(configFile, process.env, oss)),
  };
}
