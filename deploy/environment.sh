#!/bin/sh
# Makes .venv from requirements.lock: `deploy/environment.sh`. It needs Python 3.11 or later and a package registry.
# uv does the work; where it is absent, pip fetches it into .state/uv.
set -eu

say() {
    printf '%s\n' "$*" >&2
}

python() {
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11 or later is needed and was not found; install it, or say where it is with PYTHON=..."
    return 1
}

fetched_uv() {
    [ -x .state/uv/bin/uv ] || "$1" -m pip --version >/dev/null 2>&1 || {
        say "Neither uv nor pip was found with $1; install one of them (Debian and Ubuntu: python3-pip)."
        return 1
    }
    [ -x .state/uv/bin/uv ] || "$1" -m pip install --quiet --target .state/uv uv==0.13.9 >"$log" 2>&1 || {
        unreachable pip
        return 1
    }
    printf '%s\n' "$PWD/.state/uv/bin/uv"
}

unreachable() {
    say "The Python package registry cannot be reached by $1 (its own words are in $log); connect to it and try again."
}

mkdir -p .state
log=.state/environment.log
# HOME may be empty or belong to somebody else: then the downloads stay here
[ -n "${XDG_CACHE_HOME:-}" ] || [ -w "${HOME:-/nowhere}" ] || export UV_CACHE_DIR="$PWD/.state/cache"
# a registry that pip was told of serves uv too
[ -z "${PIP_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}"

python=$(python)
uv=uv
uv --version >/dev/null 2>&1 || uv=$(fetched_uv "$python")

.venv/bin/python -c '' 2>/dev/null || "$uv" venv --quiet --clear --python "$python" .venv
install() {
    "$uv" pip install --python .venv/bin/python "$@"
}
if ! install --quiet --offline --require-hashes -r requirements.lock 2>/dev/null; then
    # a small question first, so that a missing registry is told in one sentence
    first=$(sed -n 's/^\([a-z0-9-]*==[^ ;]*\).*/\1/p;/==/q' requirements.lock)
    ask() { install --quiet --no-deps --no-cache --dry-run "$first" >"$log" 2>&1; }
    # uv brings its own list of certificate authorities; behind a company's proxy only the machine's list will do
    ask || { export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 && ask; } || {
        unreachable uv
        exit 1
    }
    install --require-hashes -r requirements.lock
fi
# compiled once here, or four services that start together compile two thousand modules each
install --quiet --offline --no-deps --no-build-isolation --compile-bytecode -e .
.venv/bin/python -m compileall -q contracts services deploy
