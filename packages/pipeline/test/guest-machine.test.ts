import { findGuest } from "@winvm/unattend";
import { expect, test } from "vitest";
import { guestCpu } from "../src/machines/guest-machine.ts";

test("a guest gets the CPU that suits the accelerator", () => {
  const { hardware } = findGuest("reference");
  expect(guestCpu(hardware, "tcg")).toBe("Nehalem,vendor=AuthenticAMD");
  expect(guestCpu(hardware, "kvm")).toBe("Nehalem");
  const eleven = findGuest("11").hardware;
  expect(guestCpu(eleven, "tcg")).toBe(eleven.cpu);
});
