// How the studio answers: JSON, never kept by a browser, never anything that it would run.
import type { ServerResponse } from 'node:http';
import { StudioMistake } from './mistake.js';

/** Headers of every answer of the studio, its page included. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
} as const;

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value ?? null);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...safeHeaders };
  response.writeHead(status, headers).end(body);
}

/** A mistake with its code and message; of anything else, nothing but that it happened. */
export function answerMistake(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } =
    error instanceof StudioMistake ? error : new StudioMistake('failed', 'The studio failed: its terminal says why.');
  answerJson(response, status, { code, message });
}
