import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { RuntimeError, runProgram } from "@winvm/runtime";
import { describe, expect, test } from "vitest";
import { findGuest, setupFiles } from "../src/index.ts";
import { setupOptions } from "./support/setup-options.ts";

/** A directory that stands for the guest's /, with the set-up medium as its drive D. */
interface World {
  readonly root: string;
  readonly home: string;
  /** @param banner - what answers where sshd should; undefined = nobody */
  run(banner?: string): Promise<{ code: number; stderr: string }>;
  put(path: string, content: string): void;
  read(path: string): string;
  mode(path: string): number;
}

/** Programs that the guest has and this host has not: each writes how it was called to /calls. */
function makeWorld(guest: string, programs: Readonly<Record<string, string>>): World {
  const root = temporaryDirectory();
  const home = join(root, "home/Administrator");
  const put = (path: string, content: string | Buffer, mode = 0o644): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  mkdirSync(home, { recursive: true });
  for (const [path, bytes] of Object.entries(setupFiles(findGuest(guest), setupOptions))) {
    put(`cygdrive/d/${path}`, bytes);
  }
  put("dev/ttyS0", "");
  put("etc/setup/installed.db", installedDb);
  for (const [name, body] of Object.entries(programs)) {
    put(`bin/${name}`, `#!/bin/bash\necho "${name} $*" >>"${root}/calls"\n${body}\n`, 0o755);
  }
  return {
    root,
    home,
    put: (path, content) => put(path, content),
    run: async (banner = "SSH-2.0-OpenSSH_9.9\r\n") => {
      await using sshd = await listen(banner);
      try {
        const { stderr } = await runProgram("bash", [join(root, "cygdrive/d/winvm/setup.sh")], {
          env: {
            WINVM_ROOT: root,
            HOME: home,
            PATH: `${join(root, "bin")}:/usr/bin:/bin`,
            WINVM_SSH_PORT: String(sshd.port),
          },
          timeoutMs: 60_000,
        });
        return { code: 0, stderr };
      } catch (error) {
        if (!(error instanceof RuntimeError) || typeof error.data["exitCode"] !== "number")
          throw error;
        return { code: error.data["exitCode"], stderr: String(error.data["stderr"]) };
      }
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    mode: (path) => statSync(join(root, path)).mode & 0o777,
  };
}

/** What Cygwin's setup wrote down of its work. */
const installedDb = `INSTALLED.DB 3
_autorebase _autorebase-001004-1.tar.bz2 1
bash bash-4.3.42-4.tar.bz2 1
csih csih-0.9.9-1.tar.bz2 1
cygrunsrv cygrunsrv-1.62-1.tar.bz2 1
editrights editrights-1.03-1.tar.bz2 1
libstdc++6 libstdc++6-5.4.0-1.tar.bz2 1
openssh openssh-7.3p1-1.tar.bz2 1
`;

/** A port that says something to whoever comes. */
async function listen(banner: string): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(banner);
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => resolve(undefined));
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<undefined>();
      server.close(() => closed.resolve(undefined));
      await closed.promise;
    },
  };
}

/** What the stand-in of an installation has: every program by its name, and the packages that setup left. */
const cygwin = {
  cygcheck:
    "printf 'Cygwin Package Information\\r\\nPackage  Version  Status\\r\\nbash  4.3  OK\\r\\n'",
  sleep: "",
  uname: 'case $1 in -s) echo CYGWIN_NT-10.0 ;; *) echo "CYGWIN_NT-10.0 3.5.4" ;; esac',
  "ssh-host-config": "",
  cygrunsrv: "",
};

describe("setup.sh", { tags: ["host"] }, () => {
  test("in the reference guest", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("reference", { "winvm-mount-shares": "" });
    const { code, stderr } = await world.run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "winvm-setup: installed\n" });
    expect(world.read("cygdrive/c/winvm/installed")).toMatch(
      /^guest=reference\nsystem=Linux .*\nstep=authorized-key\nstep=credentials\nstep=launcher\nstep=shares\nstep=sshd\n$/,
    );
    expect(world.read("home/Administrator/.ssh/authorized_keys")).toBe(
      `${setupOptions.authorizedKey}\n`,
    );
    expect(world.mode("home/Administrator/.ssh")).toBe(0o700);
    expect(world.mode("home/Administrator/.ssh/authorized_keys")).toBe(0o600);
    expect(world.read("etc/winvm/credentials")).toBe("username=winvm\npassword=Zb6L8mHd2cbnGz\n");
    expect(world.mode("etc/winvm/credentials")).toBe(0o600);
    expect(world.read("etc/winvm/settings")).toBe("server=192.168.0.2\n");
    expect(world.read("etc/winvm/shares")).toContain("nixstore\tS\t/nix/store\tro\n");
    expect(world.read("cygdrive/c/winvm/winvm-launch.exe")).toBe("MZ launcher");
    expect(world.mode("cygdrive/c/winvm/winvm-launch.exe")).toBe(0o755);
    expect(world.read("dev/ttyS0")).toBe("winvm-setup: installed\r\n");
    expect(existsSync(join(world.root, "etc/fstab"))).toBe(false);
  });

  test("in Cygwin, twice: the second time changes nothing", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("11", cygwin);
    mkdirSync(join(world.root, "etc"), { recursive: true });
    writeFileSync(
      join(world.root, "etc/fstab"),
      "# old\nnone /cygdrive cygdrive binary,posix=0,user 0 0\n",
    );
    writeFileSync(
      join(world.root, "etc/sshd_config"),
      "Port 22\nPasswordAuthentication yes\n#UseDNS no\n",
    );
    for (const _ of [1, 2]) {
      expect(await world.run()).toMatchObject({ code: 0 });
      expect(world.read("etc/fstab")).toBe(
        [
          "# old",
          "none /cygdrive cygdrive binary,posix=0,user 0 0",
          "# winvm begin",
          "//192.168.0.2/xchg/io /tmp/xchg smbfs binary,noacl,posix=1 0 0",
          "//192.168.0.2/nixstore/io /nix/store smbfs binary,noacl,posix=1 0 0",
          "//192.168.0.2/slot1/io /mnt/slot1 smbfs binary,noacl,posix=1 0 0",
          "# winvm end",
          "",
        ].join("\n"),
      );
      expect(world.read("etc/sshd_config")).toBe(
        [
          "# winvm: keys only; a connection outlives a stop of the machine",
          "PasswordAuthentication no",
          "StrictModes yes",
          "UseDNS no",
          "TCPKeepAlive no",
          "Port 22",
          "#UseDNS no",
          "",
        ].join("\n"),
      );
    }
    expect(world.mode("usr/local/bin/winvm-mount-shares")).toBe(0o755);
    const calls = world.read("calls").split("\n");
    expect(calls).toContain("ssh-host-config -y -c ntsec -w Zb6L8mHd2cbnGz");
    expect(calls).toContain("cygrunsrv -S cygsshd");
    expect(calls).not.toContain("cygrunsrv -S sshd");
    expect(world.read("cygdrive/c/winvm/installed")).toMatch(
      /\nstep=cygwin-packages\nstep=authorized-key\n(?:step=.+\n)+step=sshd\nstep=sshd-answers\n$/,
    );
    expect(existsSync(join(world.root, "cygdrive/c/winvm/step"))).toBe(false);
  });

  test("finds what Cygwin's setup left out", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("11", cygwin);
    world.put("cygdrive/d/winvm/cygwin-packages", "bash\nlibstdc++6\nlibssp0\ntzdata\n");
    world.put("cygdrive/c/winvm/cygwin-packages", "bash\r\nzlib0\r\n");
    world.put("etc/setup/installed.db", installedDb.replace(/^csih.*\n/m, ""));
    expect(await world.run()).toMatchObject({ code: 1 });
    expect(world.read("cygdrive/c/winvm/failed")).toBe(
      "step=cygwin-packages\nreason=Cygwin's setup left out: csih libssp0 tzdata zlib0\n",
    );
    expect(world.read("calls")).not.toContain("ssh-host-config");
  });

  test.for([
    [
      "csih  0.9  Incomplete",
      1,
      "step=cygwin-packages\nreason=Cygwin's setup left incomplete: csih\n",
    ],
    ["xz  5.2  Incomplete", 0, undefined],
  ])("cygcheck says %s", async ([line, code, failed], context) => {
    requirePrograms(context, { bash: "bash" });
    const cygcheck = `printf 'bash  4.3  OK\\r\\n${line}\\r\\n'`;
    const world = makeWorld("11", { ...cygwin, cygcheck });
    world.put("etc/sshd_config", "Port 22\n");
    const ran = await world.run();
    expect(ran.code).toBe(code);
    expect(ran.stderr.includes("cygcheck: xz lacks files")).toBe(code === 0);
    const told = join(world.root, "cygdrive/c/winvm/failed");
    expect(existsSync(told) ? readFileSync(told, "utf8") : undefined).toBe(failed);
  });

  test("a cygcheck that does not run is no proof that nothing is missing", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("11", { ...cygwin, cygcheck: "kill -SEGV $$" });
    world.put("etc/sshd_config", "Port 22\n");
    expect(await world.run()).toMatchObject({ code: 1 });
    expect(world.read("cygdrive/c/winvm/failed")).toBe(
      "step=cygwin-packages\nreason=cygcheck ended with code 139\n",
    );
  });

  test("a service that runs and does not answer as sshd", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("11", cygwin);
    world.put("etc/sshd_config", "Port 22\n");
    expect(await world.run("220 mail\r\n")).toMatchObject({ code: 1 });
    expect(world.read("cygdrive/c/winvm/failed")).toMatch(
      /^step=sshd-answers\nreason=nothing answers as sshd on port \d+\n$/,
    );
  });

  test("what asks hears the end of its input, and is told to the watchdog", async (context) => {
    requirePrograms(context, { bash: "bash" });
    // As csih does when a password is refused: it asks again. Here it ends with the input.
    const asks = 'cat "$WINVM_ROOT/cygdrive/c/winvm/step" >&2; while read -r _; do :; done; exit 5';
    const world = makeWorld("11", { ...cygwin, "ssh-host-config": asks });
    world.put("etc/sshd_config", "Port 22\n");
    const { code, stderr } = await world.run();
    expect(code).toBe(1);
    expect(stderr).toContain("sshd 60\r\n");
    expect(world.read("cygdrive/c/winvm/failed")).toMatch(/^step=sshd\nreason=line \d+: timeout/);
  });

  test("starts the service by its old name where there is no other", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("7", { ...cygwin, cygrunsrv: '[ "$2" = sshd ]' });
    mkdirSync(join(world.root, "etc"), { recursive: true });
    writeFileSync(join(world.root, "etc/sshd_config"), "Port 22\n");
    expect(await world.run()).toMatchObject({ code: 0 });
    expect(world.read("calls")).toContain("cygrunsrv -S sshd\n");
  });

  test("keeps the steps that setup.cmd has noted", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("reference", { "winvm-mount-shares": "" });
    mkdirSync(join(world.root, "cygdrive/c/winvm"), { recursive: true });
    writeFileSync(join(world.root, "cygdrive/c/winvm/steps"), "step=firewall\n");
    expect(await world.run()).toMatchObject({ code: 0 });
    expect(world.read("cygdrive/c/winvm/installed")).toContain(
      "step=firewall\nstep=authorized-key",
    );
  });

  test.each([
    ["a service that does not start", { ...cygwin, cygrunsrv: "exit 1" }, "sshd"],
    ["ssh-host-config that fails", { ...cygwin, "ssh-host-config": "exit 9" }, "sshd"],
    ["another system", { uname: "echo Darwin" }, "start"],
  ])("%s: failed, and not installed", async (_, programs, step) => {
    const world = makeWorld("11", programs);
    mkdirSync(join(world.root, "etc"), { recursive: true });
    writeFileSync(join(world.root, "etc/sshd_config"), "Port 22\n");
    const state = join(world.root, "cygdrive/c/winvm");
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "installed"), "from an earlier run\n");
    const { code, stderr } = await world.run();
    expect(code).toBe(1);
    expect(stderr).toContain(`winvm-setup: failed: ${step}: `);
    expect(world.read("cygdrive/c/winvm/failed")).toMatch(
      new RegExp(`^step=${step}\nreason=.+\n$`),
    );
    expect(world.read("dev/ttyS0")).toMatch(new RegExp(`^winvm-setup: failed: ${step}: .+\r\n$`));
    expect(existsSync(join(state, "installed"))).toBe(false);
  });

  test("a medium without a key", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("reference", { "winvm-mount-shares": "" });
    writeFileSync(join(world.root, "cygdrive/d/winvm/authorized_keys"), "nothing\n");
    expect(await world.run()).toMatchObject({ code: 1 });
    expect(world.read("cygdrive/c/winvm/failed")).toContain("step=authorized-key");
  });
});

describe("winvm-mount-shares", { tags: ["host"] }, () => {
  test("asks once for each letter that this session has not", async (context) => {
    requirePrograms(context, { bash: "bash" });
    const world = makeWorld("11", { ...cygwin, net: '[ "$2" = S: ] || [ $# -gt 2 ]' });
    mkdirSync(join(world.root, "etc"), { recursive: true });
    writeFileSync(join(world.root, "etc/sshd_config"), "Port 22\n");
    await world.run();
    await runProgram("bash", [join(world.root, "usr/local/bin/winvm-mount-shares")], {
      env: { WINVM_ROOT: world.root, PATH: `${join(world.root, "bin")}:/usr/bin:/bin` },
    });
    const calls = world
      .read("calls")
      .split("\n")
      .filter((call) => call.startsWith("net "));
    expect(calls).toEqual([
      "net use X:",
      netUse("X", "xchg"),
      "net use S:",
      "net use T:",
      netUse("T", "slot1"),
    ]);
  });
});

describe("scripts", { tags: ["host"] }, () => {
  test("pass shellcheck", async (context) => {
    requirePrograms(context, { shellcheck: "shellcheck" });
    const assets = new URL("../assets/", import.meta.url).pathname;
    const scripts = ["setup.sh", "winvm-mount-shares"].map((name) => join(assets, name));
    await expect(runProgram("shellcheck", scripts)).resolves.toMatchObject({ stdout: "" });
  });
});

function netUse(letter: string, tag: string): string {
  return `net use ${letter}: \\\\192.168.0.2\\${tag}\\io Zb6L8mHd2cbnGz /user:winvm /persistent:no`;
}
