// What somebody asks for in a view, and what the server or OSS has said no with.
import { useState } from 'preact/hooks';
import { printable } from '../../rules/printable.js';
import { ServerError } from './server.js';

/** The error of the last attempt, and the function that makes one. An error of the page's own is thrown. */
export function useAttempt(): [error: ServerError | undefined, attempt: (does: () => Promise<void>) => Promise<void>] {
  const [error, setError] = useState<ServerError>();
  const attempt = async (does: () => Promise<void>) => {
    try {
      setError(undefined);
      await does();
    } catch (problem) {
      if (!(problem instanceof ServerError)) throw problem;
      setError(problem);
    }
  };
  return [error, attempt];
}

/** The studio's codes are for programs: OSS's begin with a capital, and a HEAD has only its status. */
export function ErrorLine({ error }: { readonly error: ServerError | undefined }) {
  if (error === undefined) return null;
  return (
    <p role="alert" class="bad">
      {/^[A-Z\d]/.test(error.code) && <b>{printable(error.code)} </b>}
      {printable(error.message)}
    </p>
  );
}
