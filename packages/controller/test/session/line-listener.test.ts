import { expect, test } from "vitest";
import { LineListener } from "../../src/session/line-listener.ts";

async function hears(...chunks: string[]): Promise<boolean> {
  const listener = new LineListener("mounted");
  let heard = false;
  const hearing = (async () => {
    await listener.heard;
    heard = true;
  })();
  for (const chunk of chunks) listener.write(chunk);
  await new Promise((resolve) => {
    listener.end(resolve);
  });
  if (heard) await hearing;
  return heard;
}

test.each([
  [["mounted\n"], true],
  [["mou", "nted", "\nmore"], true],
  [["mounted"], false],
  [["not mounted\n"], false],
  [[""], false],
])("%j: %s", async (chunks, heard) => {
  expect(await hears(...chunks)).toBe(heard);
});
