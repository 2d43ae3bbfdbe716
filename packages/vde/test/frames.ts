import { startProcess, type OwnedProcess } from "@winvm/runtime";

/** Plugs a real vde_plug in; frames written to its standard input go to the switch. */
export function plug(socketDirectory: string): Promise<OwnedProcess> {
  return startProcess({
    name: "vde_plug",
    file: "vde_plug",
    args: [socketDirectory],
    stdin: "pipe",
  });
}

/** A broadcast frame of 60 bytes from this address, in vde_plug's framing: length (16 bits, big endian), frame. */
export function broadcastFrom(mac: string): Buffer {
  const frame = Buffer.alloc(60);
  frame.fill(0xff, 0, 6);
  Buffer.from(mac.replaceAll(":", ""), "hex").copy(frame, 6);
  frame.writeUInt16BE(0x88_b5, 12);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(frame.length);
  return Buffer.concat([length, frame]);
}
