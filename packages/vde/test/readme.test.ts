import { requirePrograms } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { startSwitch } from "../src/index.ts";

test("the example of the README", { tags: ["host"] }, async (context) => {
  requirePrograms(context, { vde_switch: "vde2" });
  await using vde = await startSwitch();
  const netdev = `vde,id=net0,sock=${vde.socketDirectory}`;
  const ports = await vde.listPorts();
  expect(netdev).toContain("sock=/");
  expect(ports).toEqual([]);
});
