import { buildReferenceIso } from "../../src/index.ts";

// build-iso.fixture.ts DIRECTORY CACHE
const [directory, cacheDirectory] = process.argv.slice(2);
if (directory === undefined || cacheDirectory === undefined) throw new Error("two directories");
await buildReferenceIso({ directory, cacheDirectory });
