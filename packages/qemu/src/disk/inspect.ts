import { QemuError } from "../errors.ts";
import type { DiskFormat } from "../machine/machine.ts";
import { imageOptions } from "./create.ts";
import { qemuImg, type DiskOptions } from "./qemu-img.ts";
import { requireImage } from "./header.ts";

/** What an image is. */
export interface DiskInfo {
  readonly format: DiskFormat;
  /** What the guest sees, in bytes. */
  readonly sizeBytes: number;
  /** What the file takes up, in bytes. */
  readonly allocatedBytes: number;
  /** The backing file by the header's words, made absolute by qemu-img. */
  readonly backing?: { readonly file: string; readonly format?: string | undefined } | undefined;
  /** The writer did not close the image: {@link checkDisk} tells what is lost. */
  readonly dirty: boolean;
}

/** The image and its format; qemu-img never has to guess. */
export interface DiskQuestion extends DiskOptions {
  readonly file: string;
  readonly format: DiskFormat;
}

/**
 * Reads what an image is; also while a machine uses it.
 *
 * @throws {QemuError} `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_INVALID`
 */
export async function diskInfo(question: DiskQuestion): Promise<DiskInfo> {
  const { file, format } = question;
  const asked = `read the disk ${file}`;
  await requireImage(asked, file, format);
  const { stdout } = await qemuImg(
    ["info", "-U", "--output=json", "--image-opts", imageOptions(file, format)],
    { asked, file },
    question,
  );
  const json = parseJson(asked, file, stdout);
  const backing = json["full-backing-filename"] ?? json["backing-filename"];
  const backingFormat = json["backing-filename-format"];
  return {
    format,
    sizeBytes: Number(json["virtual-size"]),
    allocatedBytes: Number(json["actual-size"]),
    dirty: json["dirty-flag"] === true,
    ...(typeof backing === "string"
      ? {
          backing: {
            file: backing,
            ...(typeof backingFormat === "string" ? { format: backingFormat } : {}),
          },
        }
      : {}),
  };
}

/** What a check found. Numbers of clusters. */
export interface DiskCheck {
  /** No error; leaks don't count. */
  readonly sound: boolean;
  /** Data is damaged. */
  readonly corruptions: number;
  /** Space is wasted; harmless. */
  readonly leaks: number;
}

/**
 * Checks the inner consistency of an image that nobody writes. A raw image has none and is always sound.
 *
 * @throws {QemuError} `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_INVALID` (too damaged to be checked), `QEMU_DISK_BUSY`
 */
export async function checkDisk(question: DiskQuestion): Promise<DiskCheck> {
  const { file, format } = question;
  const asked = `check the disk ${file}`;
  await requireImage(asked, file, format);
  if (format === "raw") return { sound: true, corruptions: 0, leaks: 0 };
  const stdout = await checkOutput(asked, question);
  const json = parseJson(asked, file, stdout);
  const corruptions = Number(json["corruptions"] ?? 0) + Number(json["check-errors"] ?? 0);
  return { sound: corruptions === 0, corruptions, leaks: Number(json["leaks"] ?? 0) };
}

/** qemu-img(1): 2 = corruptions found, 3 = leaks found; both with the report on standard output. */
async function checkOutput(asked: string, question: DiskQuestion): Promise<string> {
  const { file, format } = question;
  const args = ["check", "--output=json", "--image-opts", imageOptions(file, format)];
  let report = "";
  const onStdout = (chunk: string): void => void (report += chunk);
  try {
    return (await qemuImg(args, { asked, file }, { ...question, onStdout })).stdout;
  } catch (error) {
    if (error instanceof QemuError && [2, 3].includes(Number(error.data["exitCode"])))
      return report;
    throw error;
  }
}

function parseJson(asked: string, file: string, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new QemuError({
      code: "QEMU_DISK_FAILED",
      asked,
      happened: "qemu-img's answer is not JSON",
      cause,
      data: { file, text: text.slice(0, 500) },
    });
  }
}
