export { requirePrograms } from "./programs.ts";
export { temporaryDirectory, testStore } from "./directories.ts";
export { copyOfStore } from "./store-copy.ts";
export { memoryGroup, type MemoryGroup } from "./memory-group.ts";
export { startWinePrefix } from "./wine.ts";
export { referenceData } from "./reference-data.ts";
