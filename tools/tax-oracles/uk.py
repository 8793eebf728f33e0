"""United Kingdom against policyengine-uk (AGPL, run as a process of its own): 500 households of 2025-26 and 2026-27.

Compared are income tax, its personal allowance, the charge on child benefit, capital gains tax, both classes of
contributions and student loans. Relief at source of pension contributions is not drawn: policyengine-uk takes it off
income, where the law widens the bands (FA 2004, s. 192); gifts, which widen them as well, are drawn instead.
"""

import random
import sys
import warnings

from frame import Comparison, Household, amount_of, ask

SEED = 20261126
COUNT = 500
REGIONS = {"ENG": "SOUTH_EAST", "SCT": "SCOTLAND", "WLS": "WALES", "NIR": "NORTHERN_IRELAND"}
PLANS = {
    "none": "NONE",
    "plan-1": "PLAN_1",
    "plan-2": "PLAN_2",
    "plan-4": "PLAN_4",
    "plan-5": "PLAN_5",
    "postgraduate": "POSTGRADUATE",
}
# policyengine-uk calculates in 32-bit floating point and rounds nothing; here income tax is up to four amounts,
# capital gains tax three and class 4 contributions three, each rounded down. In pennies.
TOLERANCES = {"income tax": 4, "capital gains tax": 3, "class 4": 3}
# Ages at which contributions are due, and at which they are not; from 75 on contributions to pensions save no tax.
WORKING, RETIRED = 40, 70


def draw(random):
    """What a household is, in whole pounds."""

    def some(chance, least, greatest):
        return random.randint(least, greatest) if random.random() < chance else 0

    def earnings(chance):
        edges = [12_570, 50_270, 60_000, 80_000, 100_000, 125_140]
        band = random.choice([(1, 20_000), (10_000, 60_000), (45_000, 130_000), (100_000, 190_000)])
        near = random.choice(edges)
        return some(chance, *random.choice([band, band, (near - 300, near + 300)]))

    employment = earnings(0.75)
    receipts = some(0.2, 1, 3_000)
    rents = some(0.15, 1, 3_000)
    children = random.choices([0, 1, 2, 3], [60, 15, 15, 10])[0]
    gains = some(0.3, 1, random.choice([6_000, 60_000]))
    scale = random.choice([1, 1, 10])
    return {
        "region": random.choices(list(REGIONS), [45, 40, 10, 5])[0],
        "retired": random.random() < 0.1,
        "employment": employment,
        "pension": earnings(0.2),
        # Receipts and expenses; more than 1,000 of profit without receipts is the same in both.
        "receipts": receipts,
        "expenses": min(receipts, some(0.6, 1, 2_000)),
        "profit": 0 if receipts else some(0.25, 1_100, 90_000),
        "rents": rents,
        "rent_expenses": min(rents, some(0.6, 1, 2_000)),
        "letting": 0 if rents else some(0.2, 1_100, 30_000),
        "finance": some(0.15, 1, 12_000),
        "interest": some(0.5, 1, random.choice([1_200, 4_000, 8_000]) * scale),
        "dividends": some(0.5, 1, random.choice([800, 5_000, 9_000]) * scale),
        "gains": gains,
        "business": some(0.15, 1, 60_000),
        "gift": some(0.3, 1, 800 * scale),
        "net_pay": min(employment, some(0.3, 1, 20_000)),
        "children": children,
        "marriage": random.random() < 0.3,
        "loan": random.choices(list(PLANS), [70, 6, 6, 6, 6, 6])[0],
    }


def household(year, facts):
    """The same as our component is given it."""
    one = Household(year, "GBP", region=facts["region"])
    one.facts = {"year": year, **facts}
    one.say("over-state-pension-age", facts["retired"]).say("child-benefit-children", facts["children"])
    if facts["marriage"]:
        one.say("marriage-allowance", "receives")
    if facts["loan"] == "postgraduate":
        one.say("postgraduate-loan", True)
    else:
        one.say("student-loan", facts["loan"])
    one.income("employment", facts["employment"]).income("pension", facts["pension"])
    one.income("trading-receipts", facts["receipts"]).income("trading-profit", facts["profit"])
    one.income("property-receipts", facts["rents"]).income("property-profit", facts["letting"])
    one.income("savings-interest", facts["interest"]).income("dividends", facts["dividends"])
    one.income("capital-gain", facts["gains"]).income("business-gain", facts["business"])
    one.deduct("trading-expenses", facts["expenses"]).deduct("property-expenses", facts["rent_expenses"])
    one.deduct("residential-finance-costs", facts["finance"])
    one.deduct("gift-aid", facts["gift"]).deduct("pension-net-pay", facts["net_pay"])
    return one


def ours(answer):
    """What is compared, of our answer, in pennies."""
    if "error" in answer:
        sys.exit(f"our component answers: {answer['error']}")
    taxes = ["tax.non-savings", "tax.savings", "tax.dividends"]
    credits = ["credit.finance-costs", "credit.marriage-allowance"]
    loans = ["surcharge.student-loan", "surcharge.postgraduate-loan"]
    return {
        "income tax": sum(amount_of(answer, line, "effect") for line in taxes + credits),
        "child benefit charge": amount_of(answer, "surcharge.child-benefit"),
        "capital gains tax": answer["capitalGainsTax"],
        "class 1": amount_of(answer, "contribution.class-1"),
        "class 4": amount_of(answer, "contribution.class-4"),
        "student loan": sum(amount_of(answer, line) for line in loans),
    }


def situation(year, drawn, claims_marriage_allowance):
    """The same households as policyengine-uk reads them."""
    people, units, homes = {}, {}, {}
    for index, facts in enumerate(drawn):
        one = f"person-{index}"
        values = {
            "age": RETIRED if facts["retired"] else WORKING,
            "employment_income": facts["employment"],
            "private_pension_income": facts["pension"],
            "self_employment_income": facts["receipts"] - facts["expenses"] + facts["profit"],
            "self_employment_gross_receipts": facts["receipts"],
            "property_income": facts["rents"] - facts["rent_expenses"] + facts["letting"],
            "property_rental_income": facts["rents"],
            "property_finance_costs": facts["finance"],
            "savings_interest_income": facts["interest"],
            "dividend_income": facts["dividends"],
            "capital_gains_before_response": facts["gains"] + facts["business"],
            "capital_gains_badr": facts["business"],
            "gift_aid": facts["gift"],
            "employee_pension_contributions": facts["net_pay"],
            "student_loan_plan": PLANS[facts["loan"]],
            "state_pension_reported": 0,
            "would_claim_marriage_allowance": claims_marriage_allowance,
        }
        people[one] = {name: {year: value} for name, value in values.items()}
        members = [one]
        if facts["marriage"]:
            spouse = f"spouse-{index}"
            people[spouse] = {"age": {year: values["age"]}}
            members.append(spouse)
        for child in range(facts["children"]):
            name = f"child-{index}-{child}"
            people[name] = {"age": {year: 8 + child}}
            members.append(name)
        units[f"unit-{index}"] = {"members": members, "is_married": {year: facts["marriage"]}}
        homes[f"home-{index}"] = {"members": members, "region": {year: REGIONS[facts["region"]]}}
    return {"people": people, "benunits": units, "households": homes}


def whole_pounds(pennies):
    """Rounded down, what floating point leaves below a whole pound aside."""
    return int((pennies + 2) // 100) * 100


def theirs(year, drawn, claims_marriage_allowance=True):
    """What is compared, of policyengine-uk's answers, in pennies, as a list of dictionaries."""
    from policyengine_uk import Simulation

    world = situation(year, drawn, claims_marriage_allowance)
    simulation = Simulation(situation=world)
    positions = [position for position, name in enumerate(world["people"]) if name.startswith("person-")]

    def of(variable):
        return [float(value) * 100 for value in simulation.calculate(variable, year)[positions]]

    charge = of("CB_HITC")
    tax = of("income_tax_before_winter_fuel_payment_charge")
    quantities = {
        "income tax": [whole - part for whole, part in zip(tax, charge)],
        "child benefit charge": charge,
        "capital gains tax": of("capital_gains_tax"),
        "class 1": of("ni_class_1_employee"),
        "class 4": of("ni_class_4"),
        "student loan": [whole_pounds(value) for value in of("student_loan_repayment")],
    }
    return [{name: values[index] for name, values in quantities.items()} for index in range(len(drawn))]


# What is repaid of a loan, and above what, in pennies.
LOANS = {
    2025: {"plan-1": 26_065, "plan-2": 28_470, "plan-4": 32_745, "plan-5": 25_000, "postgraduate": 21_000},
    2026: {"plan-1": 26_900, "plan-2": 29_385, "plan-4": 33_795, "plan-5": 25_000, "postgraduate": 21_000},
}


def loan_of_engine(facts, answer):
    """A loan as policyengine-uk works it out, in whole pounds: a share of all net income."""
    net = answer["totalIncome"] - sum(amount_of(answer, line) for line in ("income.gains", "income.gains-business"))
    net -= sum(amount_of(answer, line) for line in ("adjustment.trading", "adjustment.property"))
    share = 0.06 if facts["loan"] == "postgraduate" else 0.09
    return whole_pounds(share * max(0, net - LOANS[facts["year"]][facts["loan"]] * 100))


def allowances_by_order(facts, answer):
    """Whether the allowances went to non-savings income, interest and dividends in this order."""
    left = amount_of(answer, "deduction.personal-allowance") + amount_of(answer, "deduction.blind-persons-allowance")
    for line, income in (
        ("taxable.non-savings", None),
        ("taxable.savings", facts["interest"]),
        ("taxable.dividends", facts["dividends"]),
    ):
        if income is None:
            names = ("income.employment", "income.pension", "income.trading", "income.property")
            taken_off = ("adjustment.net-pay-pension", "adjustment.trading", "adjustment.property")
            income = sum(amount_of(answer, name) for name in names) - sum(amount_of(answer, name) for name in taken_off)
        else:
            income *= 100
        used = min(left, income)
        if amount_of(answer, line) != income - used:
            return False
        left -= used
    return True


def why(facts, answer, name, ours, theirs, unmarried):
    """Why a quantity differs, or None; `unmarried` is the engine's tax without the marriage allowance."""
    if name == "student loan":
        if facts["loan"] == "plan-5" and facts["year"] == 2025:
            return "loans of plan 5 are not repaid before April 2026; policyengine-uk has them repaid"
        if abs(theirs - loan_of_engine(facts, answer)) <= 100:
            return (
                "of a loan, unearned income up to 2,000 does not count and pension contributions are taken off "
                "(SI 2009/470, reg. 29); policyengine-uk takes all income"
            )
    if name == "income tax":
        if ours < theirs and not allowances_by_order(facts, answer):
            return (
                "allowances are set where they save most (ITA 2007, s. 25(2)); policyengine-uk sets them against "
                "interest before dividends, as its documentation says"
            )
        credit = amount_of(answer, "credit.marriage-allowance")
        if credit and abs(ours + credit - unmarried) <= TOLERANCES["income tax"]:
            return (
                "the marriage allowance lessens tax by the basic rate (ITA 2007, s. 55B); policyengine-uk takes it "
                "off income from work and pensions, at whatever rate that has, before it looks at interest"
            )
    return None


def main(runner):
    warnings.filterwarnings("ignore")
    generator = random.Random(SEED)
    comparison = Comparison("policyengine-uk 2.162.10", TOLERANCES)
    drawn = {year: [draw(generator) for _ in range(COUNT // 2)] for year in (2025, 2026)}
    households = {year: [household(year, facts) for facts in drawn[year]] for year in drawn}
    answers = iter(ask(runner, "tax-uk", households[2025] + households[2026]))
    for year in drawn:
        published = theirs(year, drawn[year])
        unmarried = theirs(year, drawn[year], claims_marriage_allowance=False)
        for index, (facts, one, engine) in enumerate(zip(drawn[year], households[year], published)):
            answer = next(answers)
            known = {"year": year, **facts}

            def explain(found):
                alone = unmarried[index]["income tax"]
                reasons = [why(known, answer, name, *amounts, alone) for name, amounts in found.items()]
                return None if None in reasons else "; ".join(sorted(set(reasons)))

            comparison.add(one, ours(answer), engine, explain)
    return comparison.report()


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
