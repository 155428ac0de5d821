// Requests one at a time, where only the newest question matters: while one is under way, the next waits, and takes the
// place of one that waits already.

interface Handling<Question, Answer> {
  /** What is done for a question. */
  readonly run: (question: Question) => Promise<Answer>;
  /** Also of questions that are no longer the newest: what is drawn moves on while someone types. */
  readonly answered: (question: Question, answer: Answer) => void;
  /** Only of the newest. */
  readonly failed: (question: Question, error: unknown) => void;
  /** Whether anything is under way. */
  readonly busy: (busy: boolean) => void;
}

/** The function that asks. */
export function newestWins<Question, Answer>(handling: Handling<Question, Answer>): (question: Question) => void {
  const { run, answered, failed, busy } = handling;
  let running = false;
  let waiting: { readonly question: Question } | undefined;

  async function work(question: Question): Promise<void> {
    try {
      answered(question, await run(question));
    } catch (error) {
      if (waiting === undefined) failed(question, error);
    }
  }

  return async (question) => {
    waiting = { question };
    if (running) return;
    running = true;
    busy(true);
    while (waiting !== undefined) {
      const next = waiting.question;
      waiting = undefined;
      await work(next);
    }
    running = false;
    busy(false);
  };
}
