import { describe, expect, test } from "vitest";
import {
  parseHashTable,
  parseInfo,
  parsePorts,
  parsePortSettings,
} from "../src/console/listings.ts";
import { VdeError } from "../src/index.ts";

// As vde_switch 2.3.2 printed them.
const ports = `Port 0001 untagged_vlan=0000 ACTIVE - Unnamed Allocatable
 Current User: root Access Control: (User: NONE - Group: NONE)
 IN:  pkts          1          bytes                   60
 OUT: pkts          0          bytes                    0
  -- endpoint ID 0003 module unix prog   : vdeplug: user=root pid=13307
Port 0012 untagged_vlan=0007 INACTIVE - Unnamed Allocatable
 Current User: root Access Control: (User: NONE - Group: NONE)`.split("\n");

describe("listings", () => {
  test("ports", () => {
    expect(parsePorts(ports)).toEqual([
      {
        number: 1,
        untaggedVlan: 0,
        active: true,
        received: { frames: 1, bytes: 60 },
        sent: { frames: 0, bytes: 0 },
        endpoints: [{ id: 3, description: "vdeplug: user=root pid=13307" }],
      },
      {
        number: 12,
        untaggedVlan: 7,
        active: false,
        received: undefined,
        sent: undefined,
        endpoints: [],
      },
    ]);
    expect(parsePorts([])).toEqual([]);
  });

  test("the hash table", () => {
    expect(
      parseHashTable([
        "Hash: 0080 Addr: 52:54:00:12:01:0A VLAN 0000 to port: 001  age 1 secs",
        "Hash: 0101 Addr: 52:54:00:12:01:02 VLAN 0012 to port: 012  age 100 secs",
      ]),
    ).toEqual([
      { mac: "52:54:00:12:01:0a", vlan: 0, port: 1, ageSeconds: 1 },
      { mac: "52:54:00:12:01:02", vlan: 12, port: 12, ageSeconds: 100 },
    ]);
  });

  test("the switch and its settings", () => {
    expect(
      parseInfo(["VDE switch V.2.3.2", "(C) …", "", "pid 7 MAC 00:FF:c0:7a:a2:47 uptime 3"]),
    ).toEqual({ version: "2.3.2", pid: 7, mac: "00:ff:c0:7a:a2:47", uptimeSeconds: 3 });
    expect(parsePortSettings(["Numports=32", "HUB=false", "counters=true"])).toEqual({
      ports: 32,
      hub: false,
    });
  });

  test.each([
    ["a line before any port", () => parsePorts([" OUT: pkts 0 bytes 0"])],
    ["an unknown line of a port", () => parsePorts([ports[0] ?? "", "  -- something else"])],
    ["an unknown line of the hash table", () => parseHashTable(["Hash: many"])],
    ["an unknown introduction", () => parseInfo(["hello"])],
    ["unknown settings", () => parsePortSettings(["Numports=x"])],
  ])("%s is an error, not a guess", (_, parse) => {
    expect(parse).toThrow(VdeError);
    expect(parse).toThrow(expect.objectContaining({ code: "VDE_UNKNOWN_REPLY" }));
  });
});
