export { requireFit } from "./clone/fingerprint.ts";
export { runInClone } from "./job/run-in-clone.ts";
