#!/bin/sh
# Compares countries' components with independent tax engines, household by household: tools/tax-oracles/run.sh [us]
# [uk] [india] [germany]. `install <country>` only installs its engine, for who measures it.
#
# Each engine is installed into an environment of its own below .tools/, and runs as a process of its own. What
# differs is printed with its explanation; what differs without one fails.
set -eu

cd "$(dirname "$0")/../.."

engine() {
    case "$1" in
    us) echo taxcalc==6.8.0 ;;
    uk) echo policyengine-uk==2.162.10 ;;
    india) echo taxbrainai-compute==0.1.0 ;;
    germany) echo gettsim==1.3.1 ;;
    *)
        echo "there is no engine for $1: us, uk, india and germany have one" >&2
        exit 64
        ;;
    esac
}

# Installs once; again when another version is asked for.
install() {
    folder=.tools/tax-oracles/$1
    [ "$(cat "$folder/engine" 2>/dev/null)" = "$2" ] && return
    echo "installing $2 into $folder" >&2
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q --disable-pip-version-check "$2"
    echo "$2" >"$folder/engine"
}

if [ "${1:-}" = install ]; then
    install "$2" "$(engine "$2")"
    exit
fi

cargo=${CARGO:-cargo}
$cargo build -q -p pfms-tax-oracles
runner=$(pwd)/${CARGO_TARGET_DIR:-target}/debug/pfms-tax-oracles
case "${CARGO_TARGET_DIR:-}" in /*) runner=$CARGO_TARGET_DIR/debug/pfms-tax-oracles ;; esac

failed=0
for country in ${*:-us uk india germany}; do
    install "$country" "$(engine "$country")"
    echo "$country"
    ".tools/tax-oracles/$country/bin/python" "tools/tax-oracles/$country.py" "$runner" || failed=1
done
exit $failed
