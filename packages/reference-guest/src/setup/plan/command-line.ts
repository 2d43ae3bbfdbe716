/**
 * A Windows command line taken apart the way its C run time does it (Microsoft, Parsing C command-line arguments):
 * backslashes are literal except before a quote, where two stand for one and an odd one escapes the quote; within
 * quotes two quotes stand for one. The first word, the program, knows quotes only.
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let at = skipBlanks(line, 0);
  if (at >= line.length) return words;
  let program = "";
  let quoted = false;
  for (; at < line.length && (quoted || !isBlank(line[at])); at += 1) {
    if (line[at] === '"') quoted = !quoted;
    else program += line[at];
  }
  words.push(program);
  for (at = skipBlanks(line, at); at < line.length; at = skipBlanks(line, at)) {
    const word = readWord(line, at);
    words.push(word.text);
    at = word.end;
  }
  return words;
}

function readWord(line: string, start: number): { readonly text: string; readonly end: number } {
  let text = "";
  let quoted = false;
  let at = start;
  while (at < line.length && (quoted || !isBlank(line[at]))) {
    let slashes = 0;
    while (line[at + slashes] === "\\") slashes += 1;
    if (line[at + slashes] !== '"') {
      text += slashes > 0 ? "\\".repeat(slashes) : (line[at] ?? "");
      at += Math.max(1, slashes);
      continue;
    }
    text += "\\".repeat(Math.floor(slashes / 2));
    at += slashes + 1;
    if (slashes % 2 === 1) text += '"';
    else if (quoted && line[at] === '"') {
      text += '"';
      at += 1;
    } else quoted = !quoted;
  }
  return { text, end: at };
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line[at])) at += 1;
  return at;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
