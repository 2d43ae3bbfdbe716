export { requirePrograms } from "./programs.ts";
export { temporaryDirectory, testStore } from "./directories.ts";
export { referenceData } from "./reference-data.ts";
