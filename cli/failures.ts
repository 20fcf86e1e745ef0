// What a person or a program is told when a command cannot go on.
import { diagnosticsDocument, inLine, type Paint, renderDiagnostics } from "../report/index.ts";
import { exits, Failure, type Outcome, Refused } from "./exit.ts";

/** The outcome of a command that threw. */
export function outcomeOf(problem: unknown, paint: Paint, debug: boolean): Outcome {
  if (problem instanceof Refused) {
    const { exit, diagnostics } = problem;
    return { exit, document: diagnosticsDocument(diagnostics), stderr: renderDiagnostics(diagnostics, paint) };
  }
  if (problem instanceof Failure)
    return { exit: problem.exit, document: failureDocument(problem), stderr: renderFailure(problem, paint) };
  const message = apology(problem, debug);
  const document = failureDocument({ exit: exits.internal, message: message.trim(), help: [] });
  return { exit: exits.internal, document, stderr: message };
}

export function renderFailure(failure: Failure, paint: Paint): string {
  const help = failure.help.map((line) => `  ${paint.strong("help:")} ${inLine(line)}`);
  return `${[`${paint.error("error")}${paint.strong(`: ${inLine(failure.message)}`)}`, ...help].join("\n")}\n`;
}

export const failureDocument = ({ exit, message, help }: Pick<Failure, "exit" | "message" | "help">) => ({
  error: { exit, message, help },
});

/** For what nobody expected. The stack helps us, not the user. */
function apology(problem: unknown, debug: boolean): string {
  const message = problem instanceof Error ? problem.message : String(problem);
  const stack = debug && problem instanceof Error ? `\n${problem.stack ?? ""}\n` : "";
  return `deepmacc stopped because of a mistake of its own, not of yours: ${message.split("\n")[0] ?? ""}
Please report it with the file that you gave; DEEPMACC_DEBUG=1 shows where it happened. Sorry.
${stack}`;
}
