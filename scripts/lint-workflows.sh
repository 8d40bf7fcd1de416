#!/usr/bin/env bash
# Lints the workflows: actionlint finds errors, zizmor finds security problems.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
  printf '✗ The workflow linters need %s.\n  → %s\n' "$1" "$2" >&2
  exit 1
}
command -v go >/dev/null || missing 'Go, to compile actionlint' 'Install Go 1.25 or newer and put it on PATH.'
python3 -c 'import ensurepip, venv' 2>/dev/null ||
  missing 'Python 3 with venv, to install zizmor' 'On Debian or Ubuntu, as root: apt-get install python3-venv'

"$(node test/e2e/tools/install.ts actionlint)/actionlint"

cache=$(node --input-type=module --eval "import { cacheFolder } from './test/e2e/tools/toolbox.ts'; console.log(cacheFolder())")
zizmor=$cache/zizmor-1.32.0
[ -x "$zizmor/bin/zizmor" ] || { python3 -m venv "$zizmor" && "$zizmor/bin/pip" install --quiet --disable-pip-version-check zizmor==1.32.0; }
"$zizmor/bin/zizmor" --offline --no-progress .github
