// One thing that a deployment needs: there, missing, or not to be seen.

export interface Need {
  /** What is missing or wrong. */
  readonly what: string;
  /** The commands that make it, each a line for a shell; none: the user has to decide. */
  readonly commands: readonly string[];
}

export interface Needs {
  readonly missing: readonly Need[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

/** Nothing is missing. */
export const none: Needs = { missing: [], unseen: [] };

export const missing = (what: string, commands: readonly string[]): Needs => ({
  missing: [{ what, commands }],
  unseen: [],
});

export const unseen = (what: string): Needs => ({ missing: [], unseen: [what] });
