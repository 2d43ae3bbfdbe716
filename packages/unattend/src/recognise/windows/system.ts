import type { GuestName } from "../../catalogue/profile.ts";

/** A Windows, whether the catalogue has it or not. */
export interface WindowsSystem {
  /** For people: `Windows Server 2022`. */
  readonly title: string;
  /** The catalogue's name; undefined for a Windows that is not in it. */
  readonly guest: GuestName | undefined;
}

interface Release {
  /** First and last build. */
  readonly builds: readonly [number, number];
  readonly client?: WindowsSystem;
  readonly server?: WindowsSystem;
}

function system(title: string, guest?: GuestName): WindowsSystem {
  return { title, guest };
}

/**
 * Which Windows a build is. Microsoft's lists of releases (Windows 10 and 11 release information, Windows Server
 * release information); for XP to 8.1 the builds that `ver` prints.
 */
const releases: readonly Release[] = [
  { builds: [2600, 2600], client: system("Windows XP", "xp") },
  {
    builds: [3790, 3790],
    client: system("Windows XP Professional x64", "xp64"),
    server: system("Windows Server 2003", "2003"),
  },
  {
    builds: [6000, 6003],
    client: system("Windows Vista", "vista"),
    server: system("Windows Server 2008", "2008"),
  },
  {
    builds: [7600, 7601],
    client: system("Windows 7", "7"),
    server: system("Windows Server 2008 R2", "2008r2"),
  },
  {
    builds: [9200, 9200],
    client: system("Windows 8"),
    server: system("Windows Server 2012"),
  },
  {
    builds: [9600, 9600],
    client: system("Windows 8.1", "8.1"),
    server: system("Windows Server 2012 R2", "2012r2"),
  },
  { builds: [14393, 14393], server: system("Windows Server 2016", "2016") },
  { builds: [17763, 17763], server: system("Windows Server 2019", "2019") },
  { builds: [20348, 20348], server: system("Windows Server 2022", "2022") },
  { builds: [26100, 26100], server: system("Windows Server 2025", "2025") },
  { builds: [10240, 19045], client: system("Windows 10", "10") },
  { builds: [22000, 99999], client: system("Windows 11", "11") },
];

/** The Windows that have a build, where it is not told whether a client or a server is meant. */
export function systemsOfBuild(build: number): WindowsSystem[] {
  const found = releases
    .filter(({ builds }) => build >= builds[0] && build <= builds[1])
    .flatMap(({ client, server }) => [client, server])
    .filter((one) => one !== undefined);
  return found.length > 0 ? found : [systemOfBuild(build, "client")];
}

/** The Windows of a build: client or server, which since Windows 10 often share a build. */
export function systemOfBuild(build: number, kind: "client" | "server"): WindowsSystem {
  for (const { builds, [kind]: found } of releases) {
    if (found !== undefined && build >= builds[0] && build <= builds[1]) return found;
  }
  return system(`${kind === "client" ? "Windows" : "Windows Server"}, build ${build}`);
}
