#!/bin/sh
# Stands before rustc for our own crates: makes them tell libFuzzer which branches are taken.
case " $* " in
    *" build_script_build "* | *" proc-macro "*) exec "$@" ;;
    *" --crate-name "*)
        exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
            -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
            -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1
        ;;
    *) exec "$@" ;;
esac
