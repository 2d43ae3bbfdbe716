import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { sambaConfig } from "../src/samba/config.ts";
import { smbDialects } from "../src/samba/dialect.ts";
import { sharePlaces } from "../src/shares/places.ts";

const shares = sharePlaces.map(({ tag }) => ({ tag, readOnly: tag === "nixstore" }));

describe("sambaConfig", () => {
  test.each(smbDialects)("for %s is what it was", async (dialect) => {
    const text = sambaConfig({ dialect, shares: shares.slice(0, 2), user: "winvm" });
    await expect(text).toMatchFileSnapshot(`golden/smb-${dialect}.conf`);
  });

  test.each(smbDialects)("for %s lets no guest in and runs nothing as root", (dialect) => {
    const text = sambaConfig({ dialect, shares, user: "winvm" });
    expect(text).toContain("map to guest = Never");
    expect(text).not.toMatch(/guest ok = yes|guest account|force user = root|admin users/);
  });

  test("has no extensions for Unix where they are on by default", () => {
    const text = sambaConfig({ dialect: "NT1", shares, user: "winvm" });
    expect(text).toContain("unix extensions = no");
  });

  test("refuses root, an unknown dialect and odd tags, all at once", () => {
    const options = {
      dialect: "SMB9" as "NT1",
      shares: [{ tag: "a]b", readOnly: false }],
      user: "root",
    };
    expect(() => sambaConfig(options)).toThrow(
      expect.objectContaining({
        data: {
          faults: [
            expect.objectContaining({ path: "dialect" }),
            expect.objectContaining({ path: "user" }),
            expect.objectContaining({ path: "shares[0].tag" }),
          ],
        },
      }),
    );
  });

  test.for(smbDialects)(
    "testparm takes all of it for %s",
    { tags: ["host"] },
    async (dialect, context) => {
      requirePrograms(context, { testparm: "samba-common-bin" });
      const file = join(temporaryDirectory(), "smb.conf");
      const text = sambaConfig({ dialect, shares, user: "winvm" });
      writeFileSync(file, text);
      const { stdout, stderr } = await runProgram("testparm", ["-sv", file]);
      expect(stderr).not.toMatch(/Unknown parameter|Ignoring|ERROR|invalid/i);
      const understood = new Map(
        stdout.split("\n").map((line) => line.trim().split(/\s*=\s*/, 2) as [string, string]),
      );
      // testparm names the newest dialect of a version by the version alone.
      const told = { SMB2_10: "SMB2", SMB3_11: "SMB3" } as Record<string, string>;
      expect(understood.get("server max protocol")).toBe(told[dialect] ?? dialect);
      expect(understood.get("map to guest")).toBe("Never");
      // Nothing but NT1 has them, so nothing is said of them elsewhere.
      const unix = dialect === "NT1" ? "No" : "Yes";
      expect(understood.get("smb1 unix extensions")).toBe(unix);
    },
  );
});
