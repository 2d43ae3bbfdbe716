import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import type { ControllerImage } from "./image.ts";
import type { ControllerRecipe } from "./recipe.ts";

/** Where the building of an image is. */
export interface BuildProgress {
  readonly step: "resolve" | "download" | "unpack" | "kernel" | "pack";
  /** For people. */
  readonly text: string;
  /** 0–1 of this step, where it is known. */
  readonly fraction?: number | undefined;
}

/** Options of {@link buildControllerImage}. */
export interface BuildOptions extends WaitOptions {
  /** The image's directory; it appears complete or not at all. */
  readonly directory: string;
  /** Debian packages are kept here between builds. */
  readonly cacheDirectory: string;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Default {@link CONTROLLER_RECIPE}. */
  readonly recipe?: ControllerRecipe | undefined;
}

/**
 * Makes a controller image from Debian's packages, as any user. From the same packages come the same bytes.
 *
 * @throws {DebianImageError} when apt, a package, a module or a library is missing, or the disk is full.
 */
export async function buildControllerImage(options: BuildOptions): Promise<ControllerImage> {
  return withDeadline(
    "build the controller image",
    async (signal) => {
      // What makes images is much code; whoever has one does without.
      const { makeImage } = await import("./make-image.ts");
      return makeImage(options, signal);
    },
    options,
  );
}
