// A Python that is kept and asked: a line of JSON and bytes go in, a line of JSON and bytes come out. Whatever it
// does instead (end, crash, chatter) is an answer in words.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** The process is gone, or was ended because it could not be understood. */
export interface Stopped {
  readonly stopped: string;
}
export const isStopped = (answer: object): answer is Stopped => "stopped" in answer;

export interface Reply {
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export interface PythonProcess {
  /** What the process said when it was ready. */
  readonly greeting: Reply["header"];
  /** Questions wait for each other. */
  ask(request: object, body?: readonly Uint8Array[]): Promise<Reply | Stopped>;
  /** Settles when the process is gone. */
  readonly ended: Promise<string>;
}

/** Longer lines are no answers of ours. */
const longestLine = 1 << 20;

/**
 * Starts a program and waits for its first line, for `limit` milliseconds. While nothing is asked, the process keeps
 * nobody waiting: it ends when its input does, which is when we end.
 */
export async function startPython(
  python: string,
  program: string,
  env: NodeJS.ProcessEnv,
  limit: number,
): Promise<PythonProcess | Stopped> {
  const child = spawn(python, ["-c", program], { env, stdio: "pipe", windowsHide: true });
  const ended = endOf(child);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  void ended.then(() => process.removeListener("exit", kill));
  // Input that nobody reads any more shows as an answer that does not come.
  child.stdin.on("error", () => {});
  const read = readerOf(child.stdout);
  const reply = () => replyFrom(read, child, ended);
  const greeting = await within(limit, reply, kill);
  if (isStopped(greeting)) return greeting;
  holdNode(child, false);
  let last: Promise<unknown> = Promise.resolve();
  return {
    greeting: greeting.header,
    ended,
    ask(request, body = []) {
      const answer = last.then(async () => {
        holdNode(child, true);
        child.stdin.write(`${JSON.stringify(request)}\n`);
        for (const bytes of body) child.stdin.write(bytes);
        const got = await reply();
        holdNode(child, false);
        return got;
      });
      last = answer;
      return answer;
    },
  };
}

async function replyFrom(
  read: Reader,
  child: ChildProcessWithoutNullStreams,
  ended: Promise<string>,
): Promise<Reply | Stopped> {
  const line = await read.line();
  const header = line && headerOf(line);
  const body = header && (await read.block(header.bytes));
  if (header && body) return { header, body };
  child.kill("SIGKILL");
  // Nobody reads the rest, and with a rest the process would never count as closed.
  child.stdout.destroy();
  const end = await ended;
  return { stopped: line && !header ? `it answered ${shown(line)} and was ended` : end };
}

function headerOf(line: Buffer): (Reply["header"] & { readonly bytes: number }) | undefined {
  try {
    const header: unknown = JSON.parse(line.toString("utf8"));
    if (typeof header !== "object" || header === null || !("bytes" in header)) return undefined;
    const { bytes } = header;
    return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0 ? { ...header, bytes } : undefined;
  } catch {
    return undefined;
  }
}

/** The beginning of what is no answer, fit for a message. */
const shown = (line: Buffer): string =>
  JSON.stringify(line.length > 40 ? `${line.subarray(0, 40).toString("latin1")}…` : line.toString("latin1"));

async function within(
  limit: number,
  reply: () => Promise<Reply | Stopped>,
  kill: () => void,
): Promise<Reply | Stopped> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, limit);
  const answer = await reply();
  clearTimeout(timer);
  return late && isStopped(answer) ? { stopped: `it was not ready after ${limit / 1000} seconds` } : answer;
}

/** How the process ended, in words: what it said last, or its exit code. */
function endOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString("utf8")).slice(-4096);
  });
  return new Promise((resolve) => {
    child.once("error", (problem: NodeJS.ErrnoException) =>
      resolve(problem.code === "ENOENT" ? "it was not found" : problem.message),
    );
    child.once("exit", (code, signal) => {
      const tell = () => {
        const words = said.trim().split("\n").at(-1)?.trim() ?? "";
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        resolve(words === "" || signal !== null ? `it ended with ${how}` : words);
      };
      // What it said last may still be on its way; a child of its own may hold the pipe for ever.
      const timer = setTimeout(tell, 1000);
      child.once("close", () => {
        clearTimeout(timer);
        tell();
      });
    });
  });
}

/** A process that is not asked anything must not keep Node from ending. */
function holdNode(child: ChildProcessWithoutNullStreams, isHeld: boolean): void {
  const word = isHeld ? "ref" : "unref";
  child[word]();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    const handle = stream as { ref?(): void; unref?(): void };
    handle[word]?.();
  }
}

interface Reader {
  /** Without its end; undefined where the stream ends before. */
  line(): Promise<Buffer | undefined>;
  block(length: number): Promise<Buffer | undefined>;
}

function readerOf(stream: Readable): Reader {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  // A stream that breaks has ended.
  const more = async () => {
    const next = await chunks.next().catch(() => undefined);
    return next && !next.done ? next.value : undefined;
  };
  let rest: Buffer = Buffer.alloc(0);
  const take = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  return {
    async line() {
      for (;;) {
        const end = rest.indexOf("\n");
        if (end >= 0) return take(end + 1).subarray(0, end);
        if (rest.length > longestLine) return take(longestLine);
        const next = await more();
        if (!next) return undefined;
        rest = Buffer.concat([rest, next]);
      }
    },
    async block(length) {
      const parts = [rest];
      let size = rest.length;
      while (size < length) {
        const next = await more();
        if (!next) return undefined;
        parts.push(next);
        size += next.length;
      }
      rest = Buffer.concat(parts);
      return take(length);
    },
  };
}
