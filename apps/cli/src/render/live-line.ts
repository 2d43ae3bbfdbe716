/** Where a terminal does not know its width. */
const unknownColumns = 80;

const eraseLine = "\r\u001b[2K";

/** One line at the bottom of the terminal that is drawn again and again. */
export interface LiveLine {
  draw(): void;
  /** Makes room for text of others. */
  clear(): void;
}

/** A line on a stream that is a terminal; on another it does nothing. */
export function liveLine(
  stream: NodeJS.WriteStream,
  write: (text: string) => void,
  text: (now: number, columns: number) => string | undefined,
): LiveLine {
  let shown = false;
  const clear = (): void => {
    if (shown) write(eraseLine);
    shown = false;
  };
  const draw = (): void => {
    const line = text(performance.now(), stream.columns || unknownColumns);
    if (line === undefined) return clear();
    write(`${shown ? eraseLine : ""}${line}`);
    shown = true;
  };
  return { draw: stream.isTTY && process.env["TERM"] !== "dumb" ? draw : () => {}, clear };
}
