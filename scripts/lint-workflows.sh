#!/usr/bin/env bash
# Lints the workflows: actionlint for what GitHub would refuse, zizmor for what an attacker would like.
set -euo pipefail
cd "$(dirname "$0")/.."

"$(node test/e2e/tools/install.ts actionlint)/actionlint"

zizmor=${E2E_CACHE:-$HOME/.cache/gitops-actions/e2e}/zizmor-1.32.0
[ -x "$zizmor/bin/zizmor" ] || { python3 -m venv "$zizmor" && "$zizmor/bin/pip" install --quiet --disable-pip-version-check zizmor==1.32.0; }
"$zizmor/bin/zizmor" --offline --no-progress .github/workflows
