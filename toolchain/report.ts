/** Where long work tells a person, or a program, what it is doing. The command line tool renders it. */
export interface Reporter {
  /** Opens a step; several may be open at once. Its name is an action: "Building the base image". */
  step(name: string): Step;
}

export interface Step {
  /** Something worth knowing on the way. */
  line(text: string): void;
  /** The step ended well. The text says what came of it. */
  done(text?: string): void;
  /** The step ended badly. The error itself is thrown as well. */
  fail(text: string): void;
}

/** Says nothing. For tests, and for work whose caller reports. */
export const silentReporter: Reporter = { step: () => ({ line() {}, done() {}, fail() {} }) };

/** Runs `work` as one step, and closes it however the work ends. `work` returns the text for the end. */
export async function reported<Result>(
  report: Reporter,
  name: string,
  work: (step: Step) => Promise<readonly [result: Result, text: string]>,
): Promise<Result> {
  const step = report.step(name);
  try {
    const [result, text] = await work(step);
    step.done(text);
    return result;
  } catch (error) {
    step.fail((error as Error).message);
    throw error;
  }
}
