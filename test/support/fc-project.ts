// What the project `fc` of vitest.config.ts sets up: in it, the built function runs on the Node.js of Function Compute.
import type { TestProject } from 'vitest/node';
import { nodeOfFc } from './node-of-fc.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of Node.js that runs the built function; the empty text where it cannot be had. */
    nodeOfFunction?: string;
  }
}

/** Called by Vitest, once. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('nodeOfFunction', (await nodeOfFc()) ?? '');
}
