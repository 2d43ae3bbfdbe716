import { duplexPair } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answersSmb, isSmbAnswer, negotiateRequest } from "../../src/samba/negotiate.ts";
import { parseSambaStatus } from "../../src/samba/status.ts";

/** What smbstatus 4.17 prints, shortened. */
const STATUS = JSON.stringify({
  timestamp: "2026-01-31T12:00:00.000000+0000",
  version: "4.17.12-Debian",
  smb_conf: "/etc/samba/smb.conf",
  sessions: {
    "2418871546": {
      session_id: "2418871546",
      server_id: { pid: "143", task_id: "0", vnn: "4294967295", unique_id: "1" },
      uid: 1000,
      gid: 1000,
      username: "winvm",
      groupname: "winvm",
      remote_machine: "192.168.0.1",
      hostname: "ipv4:192.168.0.1:34926",
      session_dialect: "SMB3_11",
    },
  },
  tcons: {
    "3813255619": {
      service: "xchg",
      server_id: { pid: "143", task_id: "0", vnn: "4294967295", unique_id: "1" },
      tcon_id: "3813255619",
      session_id: "2418871546",
      machine: "192.168.0.1",
    },
  },
  open_files: { "/srv/xchg/io/a": { service_path: "/srv/xchg", filename: "io/a" } },
});

test("smbstatus' JSON becomes sessions and trees", () => {
  expect(parseSambaStatus(STATUS)).toEqual({
    sessions: [
      {
        id: "2418871546",
        user: "winvm",
        client: "192.168.0.1",
        dialect: "SMB3_11",
        serverPid: 143,
      },
    ],
    trees: [{ id: "3813255619", share: "xchg", sessionId: "2418871546", serverPid: 143 }],
    openFiles: ["io/a"],
  });
});

test("nobody is connected", () => {
  const nobody = { sessions: [], trees: [], openFiles: [] };
  expect(parseSambaStatus("{}")).toEqual(nobody);
  expect(parseSambaStatus('{"sessions":{},"tcons":{},"open_files":{}}')).toEqual(nobody);
});

test("the first message names the dialects from SMB 1 to SMB 3", () => {
  const bytes = negotiateRequest();
  expect(bytes.readUInt32BE()).toBe(bytes.byteLength - 4);
  expect(bytes.toString("latin1", 4, 9)).toBe("\xffSMB\x72");
  expect(bytes.subarray(39).toString("latin1")).toBe(
    "\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0",
  );
});

test.each([
  ["\0\0\0\x20\xffSMB", true],
  ["\0\0\0\x20\xfeSMB", true],
  ["SSH-2.0-", false],
  ["\0\0\0\x20\xfeS", undefined],
])("%j: is it an SMB answer? %s", (text, answer) => {
  expect(isSmbAnswer(Buffer.from(text, "latin1"))).toBe(answer);
});

test("a server is asked once, and its answer is taken in pieces", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), async (cut) => {
      const [near, far] = duplexPair();
      const asking = answersSmb(near);
      const answer = Buffer.from("\0\0\0\x20\xfeSMBrest", "latin1");
      far.write(answer.subarray(0, cut));
      far.write(answer.subarray(cut));
      expect(await asking).toBe(true);
      expect(far.read()).toEqual(negotiateRequest());
      expect(near.destroyed).toBe(true);
    }),
  );
});

test("a server that hangs up has not answered", async () => {
  const [near, far] = duplexPair();
  const asking = answersSmb(near);
  far.end();
  expect(await asking).toBe(false);
});
