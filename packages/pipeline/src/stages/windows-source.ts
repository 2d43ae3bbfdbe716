import {
  chooseEdition,
  findGuest,
  guestFor,
  guestOfMedia,
  recogniseMedia,
  type GuestProfile,
} from "@winvm/unattend";
import type { Context } from "../context.ts";
import type { GuestRequest } from "../request.ts";
import { findCygwin } from "./cygwin-iso.ts";
import type { GuestSource } from "./guest-source.ts";
import { findIso, hashOfIso } from "./iso-file.ts";
import { setupAnswer } from "./setup-media.ts";
import { withFirmware } from "./with-firmware.ts";

/** What a Windows is installed from: its ISO is recognised. As `findSource`. */
export async function windowsSource(
  context: Context,
  request: GuestRequest,
  iso: string,
  named: GuestProfile | undefined,
): Promise<GuestSource> {
  const file = await findIso(iso, "--iso");
  const media = await recogniseMedia(iso);
  const profile = withFirmware(named ?? findGuest(guestOfMedia(media)), request.firmware);
  const { architecture, edition, language, productKey } = request;
  const { build, ...choice } = chooseEdition(media, profile, {
    architecture,
    edition,
    language,
    productKey: productKey !== undefined,
  });
  const cygwin = await findCygwin(request.cygwin);
  return {
    profile: guestFor(profile, choice.architecture),
    answer: { ...(await setupAnswer(request, context.signal)), ...choice },
    build,
    shell: request,
    password: request.password,
    cygwin: cygwin?.path,
    async mediaIdentity() {
      const identity = `iso ${await hashOfIso(context, file)}`;
      return cygwin === undefined
        ? identity
        : `${identity}, cygwin ${await hashOfIso(context, cygwin)}`;
    },
    iso: async () => iso,
  };
}
