import { findGuest } from "@winvm/unattend";
import { expect, test } from "vitest";
import { guestCpu } from "../src/machines/guest-machine.ts";

test("a guest gets the CPU that suits the accelerator", () => {
  const { hardware } = findGuest("reference");
  expect(guestCpu(hardware, "tcg")).toBe("Nehalem,vendor=AuthenticAMD,+rdrand");
  expect(guestCpu(hardware, "kvm")).toBe("Nehalem");
  const eleven = findGuest("11").hardware;
  expect(guestCpu(eleven, "tcg")).toBe(eleven.cpu);
});

test("only KVM tells Windows that it is virtual, and only Vista and later", () => {
  expect(guestCpu(findGuest("10").hardware, "kvm")).toMatch(
    /^Nehalem,hv-relaxed,.*hv-vpindex,hv-time,hv-synic,hv-stimer$/,
  );
  expect(guestCpu(findGuest("10").hardware, "tcg")).toBe("Nehalem");
  for (const guest of ["xp", "xp64", "2003", "reference"]) {
    expect(guestCpu(findGuest(guest).hardware, "kvm")).not.toContain("hv-");
  }
});
