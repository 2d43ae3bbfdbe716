#!/usr/bin/env bash
# Sets up what is missing, then runs the whole gate: types, lint, boundaries, packages, and all tests.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
bash tooling/setup/setup.sh test
exec "$(cat .cache/pnpm)" run check
