/** What the management console of a switch said: the answer to a command, or a line that came by itself. */
export type ConsoleEvent =
  | { readonly kind: "reply"; readonly reply: ConsoleReply }
  /** A `3nnn` line, sent while `debug/add` is on; `text` is without the number. */
  | { readonly kind: "notice"; readonly code: number; readonly text: string }
  /** `9999 END OF SESSION`: nothing more is answered. */
  | { readonly kind: "end" }
  /** Any other line outside an answer, e.g. the banner of a management socket. */
  | { readonly kind: "text"; readonly text: string };

/** The answer to one console command. */
export interface ConsoleReply {
  /** 1000 where the command succeeded, otherwise 1000 + `errno`. */
  readonly code: number;
  /** The number of the system error (errno(3)); 0 where the command succeeded. */
  readonly errno: number;
  /** `Success`, or the system error's text. */
  readonly text: string;
  /** The listing, without its frame. A failed command may have one too. */
  readonly lines: readonly string[];
}

/** Where in the console's output {@link readConsole} is. Plain data. */
export interface ConsoleState {
  /** The bytes of a line whose end has not come yet. */
  readonly rest: Uint8Array;
  /** The listing that is being read; `undefined` outside one. */
  readonly listing: readonly string[] | undefined;
  /** A complete listing whose status line has not come yet. */
  readonly listed: readonly string[];
}

/** Before anything was read. */
export const consoleStart: ConsoleState = {
  rest: new Uint8Array(),
  listing: undefined,
  listed: [],
};

const LINE_FEED = 0x0a;
const listingBegins = /^0000 /;
const numbered = /^(?<code>[139]\d{3}) (?<text>.*)$/s;
/** A management socket prompts without an end of line; the standard input of a switch never prompts. */
const prompts = /^(?:vde\$ )+/;

/**
 * Reads the next bytes from the console and hands out what they complete. A pure function: any way to split the bytes
 * gives the same events.
 *
 * The grammar (consmgmt.c of vde2 2.3.2): an answer is an optional listing, framed by `0000 DATA END WITH '.'` and a
 * line with a dot, and a status line `1nnn TEXT`.
 */
export function readConsole(
  state: ConsoleState,
  chunk: Uint8Array,
): { readonly state: ConsoleState; readonly events: readonly ConsoleEvent[] } {
  const events: ConsoleEvent[] = [];
  let { listing, listed } = state as { listing: string[] | undefined; listed: readonly string[] };
  listing = listing === undefined ? undefined : [...listing];
  const bytes = state.rest.length === 0 ? chunk : Buffer.concat([state.rest, chunk]);
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) break;
    const line = Buffer.from(bytes.subarray(start, end)).toString();
    start = end + 1;
    if (listing !== undefined) {
      if (line === ".") [listed, listing] = [listing, undefined];
      else listing.push(line);
    } else {
      const plain = line.replace(prompts, "");
      if (listingBegins.test(plain)) listing = [];
      else {
        const event = readLine(plain, listed);
        if (event?.kind === "reply") listed = [];
        if (event !== undefined) events.push(event);
      }
    }
  }
  // A copy: the rest must not keep a large chunk alive, nor change with it.
  return { state: { rest: new Uint8Array(bytes.subarray(start)), listing, listed }, events };
}

function readLine(line: string, listed: readonly string[]): ConsoleEvent | undefined {
  const found = numbered.exec(line);
  const code = Number(found?.groups?.["code"]);
  const text = found?.groups?.["text"] ?? line;
  if (code === 9999) return { kind: "end" };
  if (code >= 3000 && code < 4000) return { kind: "notice", code, text };
  if (code >= 1000 && code < 2000) {
    return { kind: "reply", reply: { code, errno: code - 1000, text, lines: listed } };
  }
  return line === "" ? undefined : { kind: "text", text: line };
}
