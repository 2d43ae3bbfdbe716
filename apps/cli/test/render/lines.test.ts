import { expect, test } from "vitest";
import { waitText } from "../../src/render/lines.ts";

test("who waits is told for whom, and what to do where nobody can tell whether he lives", () => {
  const event = {
    type: "lock:wait",
    what: "images/4f",
    holder: { pid: 77, startTime: "1" },
  } as const;
  expect(waitText(event)).toBe("wait for images/4f, which process 77 is making");
  expect(waitText({ ...event, lock: "/store/locks/images-4f" })).toBe(
    "wait for images/4f, which process 77 is making in another container (if that is gone, remove /store/locks/images-4f)",
  );
});
