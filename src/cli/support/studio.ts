// What the studio of `npm start` asks of the rooms above the emulator.
import { readConfig } from '../../deploy/configuration.js';
import type { StudioTools } from '../../local/studio/tools.js';

/** @param configFile the configuration as JSON; undefined: src/config.ts */
export function studioTools(configFile: string | undefined): StudioTools {
  return {
    rules: () => ({ input: readConfig(configFile).input, file: configFile ?? 'src/config.ts' }),
  };
}
