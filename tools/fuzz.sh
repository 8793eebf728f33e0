#!/bin/sh
# Runs fuzz targets for FUZZ_SECONDS (20) each: those that are named, or all.
#
#   tools/fuzz.sh [target…]         a finding is left in target/fuzz/<target>/, and makes this fail
#   tools/fuzz.sh <target> <file>   runs one input again
#
# libFuzzer needs to see which branches are taken. Our own crates are built for that (tools/instrument.sh); what they
# depend on is the ordinary build's, so that this needs neither a nightly compiler nor a second build of everything.
set -eu
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-20}
target_dir=${CARGO_TARGET_DIR:-target}
out=$target_dir/fuzz
fuzz=$target_dir/debug/fuzz

RUSTC_WORKSPACE_WRAPPER="$PWD/tools/instrument.sh" cargo build -p pfms-fuzz --features libfuzzer --bin fuzz

if [ $# -eq 2 ] && [ -f "$2" ]; then
    PFMS_FUZZ_TARGET=$1 exec "$fuzz" "$2"
fi
# shellcheck disable=SC2046 # a list of names
[ $# -gt 0 ] || set -- $(sed -n 's/^        name: "\(.*\)",$/\1/p' fuzz/src/lib.rs)

failed=
for name; do
    corpus=$out/$name/corpus
    log=$out/$name/log
    mkdir -p "$corpus"
    if PFMS_FUZZ_TARGET=$name PFMS_FUZZ_CORPUS=$corpus "$fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$out/$name/" "$corpus" >"$log" 2>&1; then
        executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        printf '%-20s %12s executions, no finding\n' "$name" "$executions"
    else
        printf '%-20s FOUND something: %s\n' "$name" "$log"
        tail -n 20 "$log"
        failed=1
    fi
done
[ -z "$failed" ]
