/** An index of made-up packages, with lines as many and as long as in a real one; the same for the same number. */
export function makeIndex(packages: number): Buffer {
  const head = "release: cygwin\narch: x86_64\nsetup-timestamp: 1700000000\nsetup-version: 2.929\n";
  const blocks = Array.from({ length: packages }, (_, number) => packageBlock(number));
  return Buffer.from([head, ...blocks].join("\n"));
}

function packageBlock(number: number): string {
  const name = `package-${number}`;
  const requires = Array.from({ length: number % 12 }, (_, at) => `package-${number * 7 + at}`);
  const text = "What this package is for, told in lines as long as people write them,\n";
  return [
    `@ ${name}`,
    `sdesc: "The package of number ${number}"`,
    `ldesc: "${text.repeat(1 + (number % 5))}and no longer."`,
    `category: ${number % 3 === 0 ? "Libs Devel" : "Utils"}`,
    `requires: ${requires.join(" ")}`,
    ...versionLines(name, "2.0-1", number),
    ...(number % 3 === 0 ? ["[prev]", ...versionLines(name, "1.9-4", number)] : []),
    "",
  ].join("\n");
}

function versionLines(name: string, version: string, number: number): string[] {
  const md5 = String(number).padStart(32, "0");
  const path = `x86_64/release/${name}/${name}-${version}`;
  return [
    `version: ${version}`,
    `install: ${path}.tar.xz ${number * 997} ${md5}`,
    `source: ${path}-src.tar.xz ${number * 1013} ${md5}`,
  ];
}
