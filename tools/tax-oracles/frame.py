"""What every comparison with an independent engine needs: households, our answers, and the tally.

A country's script draws households with a fixed seed, asks our component through `ask`, runs its engine as a
library of an environment of its own, and hands both to `Comparison`. Engines are run, never copied.
"""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal


class Household:
    """An input of the sandbox under construction. Amounts are in whole units or decimals of the currency."""

    def __init__(self, year, currency, exponent=2, region=None):
        self.scale = 10**exponent
        self.year = year
        self.facts = {}
        self.input = {
            "year": year,
            "currency": currency,
            "region": region,
            "profile": [],
            "incomes": [],
            "deductions": [],
            "prepaid": 0,
        }

    def minor(self, amount):
        return int((Decimal(str(amount)) * self.scale).to_integral_exact())

    def say(self, name, value):
        """A field: bool is a flag, int a whole number, list whole numbers, str a choice, Decimal an amount."""
        kinds = {bool: "flag", int: "whole", list: "wholes", str: "choice"}
        if isinstance(value, Decimal):
            entry = {"amount": self.minor(value)}
        else:
            entry = {kinds[type(value)]: value}
        self.input["profile"].append({"name": name, "value": entry})
        return self

    def income(self, kind, amount, person="taxpayer", date=None, acquired=None):
        """Zero amounts are left out."""
        if amount:
            self.input["incomes"].append(
                {
                    "id": f"income-{len(self.input['incomes']) + 1}",
                    "kind": kind,
                    "person": person,
                    "amount": self.minor(amount),
                    "date": date or f"{self.year}-09-01",
                    "acquired": acquired,
                    "withheld": 0,
                }
            )
        return self

    def deduct(self, category, amount, person="taxpayer"):
        """Zero amounts are left out."""
        if amount:
            self.input["deductions"].append(
                {
                    "id": f"deduction-{len(self.input['deductions']) + 1}",
                    "category": category,
                    "person": person,
                    "amount": self.minor(amount),
                }
            )
        return self


def ask(runner, package, households):
    """Our answers, each an assessment as a dictionary, or {"error": …}. All run in the sandbox."""
    lines = "".join(json.dumps(household.input) + "\n" for household in households)
    done = subprocess.run([runner, package], input=lines, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    print(f"  {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def amount_of(answer, line, key="amount"):
    """Sum of the lines with this id, or with this id and a person or a band behind it, in minor units."""
    return sum(
        one[key] for one in answer["lines"] if one["id"] == line or one["id"].startswith(line + ".")
    )


@dataclass
class Comparison:
    """Tallies what agrees to the minor unit, what is explained, and what is not.

    An engine that calculates in floating point and rounds nothing differs from lines that are each rounded by half
    a minor unit for each: `tolerances` says of a quantity by how many minor units, when it is more than one.
    """

    engine: str
    tolerances: dict = field(default_factory=dict)
    agreed: int = 0
    explained: Counter = field(default_factory=Counter)
    examples: dict = field(default_factory=dict)
    unexplained: list = field(default_factory=list)

    def differences(self, ours, theirs):
        """Quantities that differ: {name: (ours, theirs)}, both in minor units."""
        return {
            name: (ours[name], theirs[name])
            for name in theirs
            if abs(ours[name] - theirs[name]) > self.tolerances.get(name, 1) + 1e-6
        }

    def add(self, household, ours, theirs, explain):
        """Compares two dictionaries of minor units. `explain(differences)` returns why they may differ, or None."""
        differences = self.differences(ours, theirs)
        if not differences:
            self.agreed += 1
            return
        reason = explain(differences)
        if reason:
            self.explained[reason] += 1
            self.examples.setdefault(reason, self.show(household, differences))
        else:
            self.unexplained.append(self.show(household, differences))

    @staticmethod
    def show(household, differences):
        found = "; ".join(
            f"{name} {ours / household.scale:,.2f} here, {theirs / household.scale:,.2f} there"
            for name, (ours, theirs) in differences.items()
        )
        return f"{found}\n      {json.dumps(household.facts)}"

    def report(self):
        """Prints the tally. Returns whether everything agrees or is explained."""
        total = self.agreed + sum(self.explained.values()) + len(self.unexplained)
        print(f"  {self.engine}: {self.agreed} of {total} households agree")
        for reason, count in self.explained.most_common():
            print(f"  {count} differ: {reason}\n    such as {self.examples[reason]}")
        for one in self.unexplained[:20]:
            print(f"  UNEXPLAINED {one}")
        if self.unexplained:
            print(f"  {len(self.unexplained)} differ without an explanation")
        return not self.unexplained
