import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { qemuOption } from "../../src/argv/option.ts";

/** Reads an option as QEMU does: a comma ends a value, two are one of its own. Written apart from the code. */
function readOption(text: string): readonly string[] {
  const items: string[] = [];
  let item = "";
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== ",") item += text[at];
    else if (text[at + 1] === ",") {
      item += ",";
      at += 1;
    } else {
      items.push(item);
      item = "";
    }
  }
  return [...items, item];
}

describe("qemuOption", () => {
  test.for<[string | undefined, Parameters<typeof qemuOption>[1], string]>([
    ["VGA", {}, "VGA"],
    ["VGA", { id: "v", vgamem_mb: 4 }, "VGA,id=v,vgamem_mb=4"],
    [
      undefined,
      { file: "/a,b", on: true, off: false, none: undefined },
      "file=/a,,b,on=on,off=off",
    ],
    ["nic", { romfile: "" }, "nic,romfile="],
    [undefined, { a: ",", b: "," }, "a=,,,b=,,"],
  ])("%s %o → %s", ([head, properties, text]) => {
    expect(qemuOption(head, properties)).toBe(text);
  });

  test("whatever the values, QEMU reads what was given", () => {
    // An equals sign in a value is no matter: the key ends at the first one.
    const key = fc.stringMatching(/^[a-z][a-z-]{0,8}$/).map((text) => `k-${text}`);
    const value = fc.oneof(fc.string(), fc.stringMatching(/^[,a=/]{0,6}$/));
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (properties) => {
        const read = readOption(qemuOption("head", properties));
        const expected = Object.entries(properties).map(([name, text]) => `${name}=${text}`);
        expect(read).toEqual(["head", ...expected]);
      }),
    );
  });
});
