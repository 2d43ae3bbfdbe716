/** Starts a machine, prints the number of its process, and lives until it is killed. */
import { startMachine } from "@winvm/qemu";
import { bare } from "../machines.ts";

const running = await startMachine({ ...bare, name: "orphan" });
console.log(running.process.pid);
await running.exited;
