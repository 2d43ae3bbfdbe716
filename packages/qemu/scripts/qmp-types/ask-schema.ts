import { startProcess } from "@winvm/runtime";
import { connectQmp } from "../../src/qmp/connect.ts";
import type { RawSchemaEntry } from "./schema-reader.ts";

/** Starts a QEMU without a machine and asks for its version (`7.2.22`) and its QMP schema. */
export async function askSchema(
  binary: string,
): Promise<{ readonly version: string; readonly entries: readonly RawSchemaEntry[] }> {
  await using qemu = await startProcess({
    name: "qemu (schema)",
    file: binary,
    args: ["-machine", "none", "-nodefaults", "-no-user-config", "-display", "none"].concat(
      "-chardev",
      "socket,id=qmp,fd=3",
      "-mon",
      "chardev=qmp,mode=control",
    ),
    channels: 1,
  });
  const [channel] = qemu.channels;
  if (channel === undefined) throw new TypeError("one channel was asked for");
  await using session = await connectQmp(channel);
  const { major, minor, micro } = session.greeting.version.qemu;
  const entries = (await session.executeAny("query-qmp-schema")) as readonly RawSchemaEntry[];
  return { version: `${major}.${minor}.${micro}`, entries };
}
