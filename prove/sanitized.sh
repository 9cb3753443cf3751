# For the sanitizers, to be sourced: a copy of the checkout with an engine of its own.
#
#   sanitized_copy NAME FLAGS   copies to build/NAME, compiles there with FLAGS, and goes there

PYTHON=$(realpath -s "${PYTHON:-.venv/bin/python}")

sanitized_copy() {
    copy=$PWD/build/$1
    mkdir -p "$copy"
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp -pu --parents -t "$copy"
    cd "$copy"
    FASTDENSE_FLAGS=$2 "$PYTHON" setup.py -q build_ext --inplace
    export PYTHONPATH=$copy
}

note() { # PROMISE FIGURE
    "$PYTHON" "$ROOT/prove/figures.py" "$1" "$2"
}

need() { # PROGRAM PACKAGES: installs Debian's packages if the program is not there
    program=$1
    shift
    command -v "$program" > /dev/null || { apt-get update -qq && apt-get install -y -qq "$@"; }
}
