const SIGNATURE_END = Buffer.from("~Module signature appended~\n", "latin1");
/** Size of the kernel's `struct module_signature`; its last four bytes are the signature's length, big-endian. */
const SIGNATURE_INFO = 12;

/**
 * Pure: the same kernel module without what makes loading it slow in a guest that is emulated: its signature (the kernel
 * verifies one whenever there is one) and the name of its `.BTF` section (the kernel would parse its own 4 MB of type
 * data first). Only a kernel that asks for signatures would mind (`module.sig_enforce`, lockdown).
 */
export function leanModule(module: Uint8Array): Buffer {
  const copy = Buffer.from(withoutSignature(Buffer.from(module)));
  // Section names are only in the section name table, which has each once.
  const at = copy.lastIndexOf("\0.BTF\0", undefined, "latin1");
  if (at !== -1) copy.write(".N", at + 1, "latin1");
  return copy;
}

function withoutSignature(module: Buffer): Buffer {
  const info = module.byteLength - SIGNATURE_END.byteLength - SIGNATURE_INFO;
  if (info < 0 || !module.subarray(info + SIGNATURE_INFO).equals(SIGNATURE_END)) return module;
  const length = module.readUInt32BE(info + SIGNATURE_INFO - 4);
  return length <= info ? module.subarray(0, info - length) : module;
}
