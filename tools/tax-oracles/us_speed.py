"""How long Tax-Calculator takes for the households of a benchmark, and whether its answers are ours.

`us_speed.py draw FILE` writes inputs of our component, one a line. `us_speed.py time ANSWERS` calculates the same
households, one alone and all at once, compares them with our answers, and prints what came of it as JSON.

The households are of the kind on which both agree by law: nothing itemised, no business, not married filing
separately. The times are those of a calculator whose policy is read and whose functions are compiled.
"""

import json
import random
import statistics
import sys
import time
import warnings

import taxcalc

from us import CORRECTIONS, EVERYBODY_CLAIMS, draw, household, ours, records, theirs

SEED = 20261127
COUNT = 10_000
YEAR = 2025
ALONE = 15
TOGETHER = 5
# Contributions are up to nine lines, each rounded, where Tax-Calculator rounds nothing.
TOLERANCE = {"contributions": 4, "income tax": 2}


def drawn():
    generator = random.Random(SEED)
    households = []
    while len(households) < COUNT:
        facts = draw(generator)
        if facts["MARS"] == 3:
            continue
        facts.update(profit=(0, 0), mortgage=0, charity=0, medical=0, salt=0)
        households.append(facts)
    return households


def seconds(households, policy):
    """For the calculation alone, and with the records that it needs."""
    started = time.perf_counter()
    data = taxcalc.Records(
        data=records(YEAR, households),
        start_year=YEAR,
        gfactors=None,
        weights=None,
        adjust_ratios=None,
        exact_calculations=True,
    )
    calculator = taxcalc.Calculator(policy=policy, records=data, verbose=False)
    calculator.advance_to_year(YEAR)
    ready = time.perf_counter()
    calculator.calc_all()
    ended = time.perf_counter()
    return ended - ready, ended - started


def medians(households, policy, times):
    seconds(households, policy)
    measured = [seconds(households, policy) for _ in range(times)]
    return [statistics.median(values) for values in zip(*measured)]


def main(command, path):
    warnings.filterwarnings("ignore")
    households = drawn()
    if command == "draw":
        with open(path, "w") as file:
            for facts in households:
                file.write(json.dumps(household(YEAR, facts).input) + "\n")
        return
    with open(path) as file:
        answers = [ours(json.loads(line)) for line in file]
    every = {name: values for reform in CORRECTIONS.values() for name, values in reform.items()}
    agreed = sum(
        all(abs(mine[name] - other[name]) <= tolerance for name, tolerance in TOLERANCE.items())
        for mine, other in zip(answers, theirs(YEAR, households, every))
    )
    policy = taxcalc.Policy()
    policy.implement_reform(EVERYBODY_CLAIMS, print_warnings=False, raise_errors=False)
    alone, alone_whole = medians(households[:1], policy, ALONE)
    together, together_whole = medians(households, policy, TOGETHER)
    result = {
        "version": taxcalc.__version__,
        "households": len(households),
        "agreed": agreed,
        "alone": alone,
        "aloneWhole": alone_whole,
        "together": together,
        "togetherWhole": together_whole,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
