const md5 = "0123456789abcdef0123456789abcdef";
const sha512 = "0123456789abcdef".repeat(8);
const base64 = Buffer.from(sha512, "hex").toString("base64url");

/** An index, made up, in which every form of the grammar occurs. */
export const sample = `# A comment with "one quote
# @ not-a-package
release: cygwin
arch: x86_64
setup-timestamp: 1700000000
include-setup: setup <2.878 not supported "
setup-minimum-version: 2.903
setup-version: 2.929

@ alpha
sdesc: "The first"
ldesc: "It has lines,
@ one that looks like a package,

and one that is empty. Grüße: 日本"
category: Base Shells
requires: beta gamma
version: 2.0-1
install: x86_64/release/alpha/alpha-2.0-1.tar.xz 123 ${md5}
source: x86_64/release/alpha/alpha-2.0-1-src.tar.xz 456 ${sha512}
x-unknown: anything [ " @ goes
[prev]
version: 1.9-1
install: x86_64/release/alpha/alpha-1.9-1.tar.bz2 122 ${base64}
[test]
version: 3.0-0.1
install: x86_64/release/alpha/alpha-3.0-0.1.tar.zst 9007199254740991 ${md5}
depends2: beta (>= 1.0), gamma (<< 9),
  delta (= 1:2~rc1-3) , epsilon
[strange]
version: 0.1
install: x86_64/release/alpha/alpha-0.1.tar.gz 0 ${md5}

@ beta
sdesc: "Two"
category: Base
version: 1.5-2
install: noarch/release/beta/beta-1.5-2.tar.xz 5 ${md5}
Source: beta-src (1.5-2)
provides: beta-api (= 2), beta-old
conflicts: gamma (>> 8)
obsoletes: old-beta (<= 1.4), older-beta
build-depends: cygport, gcc-core (== 11.2)
replace-versions: 1.6-1 1.6-2
message: note "Read
this"
@ gamma
sdesc: unquoted
category: _obsolete
srcpkg: gamma-src
version: "1.0"
install: noarch/release/gamma/gamma-1.0.tar.xz 7 ${md5}
depends2:
`;

export { base64, md5, sha512 };
