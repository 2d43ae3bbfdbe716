import type { Duplex } from "node:stream";

/**
 * The first message of a client that speaks everything from SMB 1 to SMB 3 ([MS-SMB] 2.2.4.5.1, [MS-SMB2] 3.2.4.2.2.1):
 * every server has an answer to it.
 */
export function negotiateRequest(): Buffer {
  const dialects = ["NT LM 0.12", "SMB 2.002", "SMB 2.???"];
  const names = Buffer.concat(dialects.map((name) => Buffer.from(`\x02${name}\0`, "latin1")));
  const header = Buffer.alloc(32);
  header.write("\xffSMB", "latin1");
  header.writeUInt8(0x72, 4); // SMB_COM_NEGOTIATE
  header.writeUInt8(0x18, 9); // canonical, case-insensitive paths
  header.writeUInt16LE(0xc801, 10); // long names, extended security, NT status, Unicode
  const body = Buffer.alloc(3);
  body.writeUInt16LE(names.byteLength, 1);
  const message = Buffer.concat([header, body, names]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.byteLength);
  return Buffer.concat([length, message]);
}

/** Whether what came back begins an SMB answer; undefined while too little has come. */
export function isSmbAnswer(bytes: Buffer): boolean | undefined {
  if (bytes.byteLength < 8) return undefined;
  const protocol = bytes.toString("latin1", 4, 8);
  return protocol === "\xffSMB" || protocol === "\xfeSMB";
}

/** Asks a server on a fresh connection, which is closed afterwards. */
export function answersSmb(socket: Duplex): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const answer = isSmbAnswer(bytes);
    if (answer !== undefined) resolve(answer);
  });
  for (const event of ["end", "close", "error"]) socket.once(event, () => resolve(false));
  socket.write(negotiateRequest());
  return promise.finally(() => socket.destroy());
}
