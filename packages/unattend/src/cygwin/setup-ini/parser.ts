import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import { closeSquare, decode, skipWord, trimEnd } from "./characters.ts";
import { isHeaderField } from "./fields.ts";
import type { Field, HeaderField } from "./fields.ts";
import { excerpt, LineCutter } from "./lines.ts";
import type { LineKind, LineSink } from "./lines.ts";
import type { SetupIni } from "./model.ts";
import { PackageRecord, VersionRecord } from "./records.ts";
import type { Header, ListField } from "./records.ts";
import { scanRelations } from "./relations.ts";
import { isPlain, readFile, readRawText, readSize, readWords } from "./values.ts";

/** After so many faults it is no setup.ini, and more of them help nobody. */
const mostFaults = 100;

/** Reads a setup.ini whose bytes arrive in any chunks. */
export class SetupIniParser implements LineSink {
  readonly #cutter: LineCutter;
  readonly #packages = new Map<string, PackageRecord>();
  readonly #header: Header = {
    release: undefined,
    arch: undefined,
    timestamp: undefined,
    setupVersion: undefined,
    setupMinimumVersion: undefined,
  };
  readonly #faults: Fault[] = [];
  #package: PackageRecord | undefined;
  #version = new VersionRecord("curr", 0);

  /** @param blockBytes as {@link LineCutter} takes it. */
  constructor(blockBytes?: number) {
    this.#cutter = new LineCutter(this, blockBytes);
  }

  /** True when there are so many faults that the rest need not be read. */
  get hopeless(): boolean {
    return this.#faults.length >= mostFaults;
  }

  push(chunk: Uint8Array): void {
    if (!this.hopeless) this.#cutter.push(chunk);
  }

  /**
   * What was read.
   *
   * @param name how the file is called in an error.
   * @throws UnattendError `UNATTEND_SETUP_INI_INVALID` with up to 100 faults, each with its line.
   */
  finish(name: string): SetupIni {
    if (!this.hopeless) this.#cutter.finish();
    this.#endVersion();
    throwFaults(
      "UNATTEND_SETUP_INI_INVALID",
      `read ${name}`,
      this.#faults,
      "it is no setup.ini of Cygwin, or it was damaged on its way",
    );
    return { ...this.#header, packages: this.#packages };
  }

  /** Takes a fault, which the cutter of lines may have found too. */
  fault(number: number, expected: string, value: string): void {
    if (!this.hopeless) this.#faults.push({ path: `line ${number}`, expected, value });
  }

  /** Takes a line. */
  line(kind: LineKind, text: string, from: number, to: number, number: number): void {
    const wrong = this.#read(kind, text, from, to, number);
    if (wrong !== undefined) this.fault(number, wrong, excerpt(text, from, to).trimStart());
  }

  /** @returns what was expected instead. */
  #read(
    kind: LineKind,
    text: string,
    from: number,
    to: number,
    number: number,
  ): string | undefined {
    if (kind === "@" || kind === "package") return this.#startPackage(text, from, to, number);
    if (kind === "unknown") return "a key with a colon, @ with a package's name, [section] or #";
    if (kind === "[") return this.#startSection(text, from, to, number);
    if (isHeaderField(kind)) return this.#readHeader(kind, text, from, to);
    if (this.#package === undefined) return "@ and a package's name before what is told of it";
    switch (kind) {
      case "install":
      case "source": {
        const file = readFile(text, from, to);
        if (file === undefined) return "path, size in bytes and an md5 or SHA-512 hash";
        this.#version[kind] = file;
        return undefined;
      }
      case "shortDescription":
      case "longDescription":
        return this.#readDescription(kind, this.#package, text, from, to);
      case "requires":
        return this.#readList("depends", "blank", text.slice(from, to));
      case "depends":
      case "buildDepends":
      case "obsoletes":
      case "provides":
      case "conflicts":
        return this.#readList(kind, "comma", text.slice(from, to));
      case "message":
      case "category":
      case "replaceVersions":
      case "sourcePackage":
      case "version":
        return this.#readWords(kind, this.#package, text, from, to);
    }
  }

  #readHeader(kind: HeaderField, text: string, from: number, to: number): string | undefined {
    if (this.#package !== undefined) return "keys of the file before the first package";
    const raw = readRawText(text, from, to);
    if (raw === undefined) return "one word";
    if (kind === "timestamp") {
      const timestamp = readSize(raw);
      if (timestamp === undefined) return "seconds since 1970";
      this.#header.timestamp = timestamp;
    } else {
      this.#header[kind] = decode(raw);
    }
    return undefined;
  }

  #readDescription(
    kind: "shortDescription" | "longDescription",
    to: PackageRecord,
    text: string,
    start: number,
    end: number,
  ): string | undefined {
    const raw = readRawText(text, start, end);
    if (raw === undefined) return "one text between double quotes";
    // The newest version comes first, and its text is the package's.
    if (kind === "shortDescription") to.rawShort ||= raw;
    else to.rawLong ||= raw;
    return undefined;
  }

  #readList(field: ListField, separator: "blank" | "comma", text: string): string | undefined {
    const plain = separator === "blank" && isPlain(text, 0, text.length);
    if (!plain && scanRelations(text, separator) >= 0) {
      return separator === "blank"
        ? "names of packages between blanks, each perhaps with (>= version)"
        : "names of packages between commas, each perhaps with (>= version)";
    }
    this.#version.setList(field, { text, separator });
    return undefined;
  }

  #readWords(
    kind: Field,
    to: PackageRecord,
    text: string,
    start: number,
    end: number,
  ): string | undefined {
    if (kind === "sourcePackage") {
      // A bound on the version may follow; the installer has no use for it.
      const value = text.slice(start, end);
      const bound = value.indexOf("(");
      const name = readRawText(value, 0, bound > 0 ? bound : value.length);
      if (name === undefined) return "the name of a package of sources";
      this.#version.sourcePackage = decode(name);
      return undefined;
    }
    const words = readWords(text, start, end);
    if (kind === "message") {
      const [id, message] = words ?? [];
      if (words?.length !== 2 || id === undefined || message === undefined) {
        return "an id and a text between double quotes";
      }
      to.message = { id, text: message };
    } else if (words === undefined) {
      return "words between blanks";
    } else if (kind === "version") {
      const [version] = words;
      if (version === undefined || version === "" || words.length > 1) return "one version";
      this.#version.version = version;
    } else if (kind === "category") {
      for (const word of words) if (!to.categories.includes(word)) to.categories.push(word);
    } else {
      to.replaceVersions.push(...words);
    }
    return undefined;
  }

  #startPackage(text: string, from: number, to: number, number: number): string | undefined {
    this.#endVersion();
    const raw = readRawText(text, from, to);
    const name = raw === undefined ? "" : decode(raw);
    // What follows belongs to this package even when its name is no good.
    let started = this.#packages.get(name);
    if (started === undefined) {
      started = new PackageRecord(name);
      if (name !== "") this.#packages.set(name, started);
    }
    this.#package = started;
    this.#version = new VersionRecord("curr", number);
    return name === "" ? "one name of a package" : undefined;
  }

  #startSection(text: string, from: number, to: number, number: number): string | undefined {
    this.#endVersion();
    const end = skipWord(text, from, to);
    const section = text.slice(from, end);
    this.#version = new VersionRecord(
      section === "exp" ? "test" : section,
      number,
      this.#version.rawDepends,
    );
    const closed =
      end > from && text.charCodeAt(end) === closeSquare && trimEnd(text, end, to) === end + 1;
    if (!closed) return "a section: [prev], [test] or another word";
    return this.#package === undefined
      ? "@ and a package's name before what is told of it"
      : undefined;
  }

  #endVersion(): void {
    const version = this.#version;
    if (version.version !== "") this.#package?.versions.push(version);
    else if (version.install !== undefined) {
      this.fault(version.line, "a version for what is installed", this.#package?.name ?? "");
    }
  }
}
