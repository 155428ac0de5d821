// The rules that the function runs with.
import type { StudioRoutes } from '../call.js';
import type { StudioTools } from '../tools.js';

export function rulesRoutes({ rules }: StudioTools): StudioRoutes {
  return {
    'GET rules': async () => rules(),
  };
}
