import { expect, test } from "vitest";
import { keyPair } from "../keys.ts";
import { parsePrivateKey } from "../../src/session/private-key.ts";

test.each([
  ["nothing", ""],
  ["a public key", keyPair().public],
  ["noise", "-----BEGIN OPENSSH PRIVATE KEY-----\nxxxx\n-----END OPENSSH PRIVATE KEY-----\n"],
])("%s is refused, and not repeated in the message", (_what, text) => {
  expect(() => parsePrivateKey(text, "log in")).toThrow(
    expect.objectContaining({
      code: "CONTROLLER_INVALID",
      message: expect.not.stringContaining("xxxx") as string,
    }),
  );
});
