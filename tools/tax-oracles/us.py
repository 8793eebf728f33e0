"""United States against Tax-Calculator (CC0): 2,000 households of 2025 and 2026 over everything in scope.

Compared are not only the tax but what leads to it: adjusted gross income, taxable income, minimum tax, net
investment income tax, credits, contributions. Where Tax-Calculator as published differs, it is run again with one
figure corrected; a difference is explained by a correction only when it is gone with it.
"""

import random
import sys
import warnings

import numpy
import pandas
import taxcalc

from frame import Comparison, Household, amount_of, ask

SEED = 20261126
COUNT = 2000
STATUSES = {
    1: "single",
    2: "married-jointly",
    3: "married-separately",
    4: "head-of-household",
    5: "surviving-spouse",
}

# Tax-Calculator models that some people do not claim their credits; its documentation gives this to switch it off.
EVERYBODY_CLAIMS = {
    "eitc_claim_prob_scale": {"2025": 9e99},
    "actc_claim_prob_scale": {"2025": 9e99},
}

# Figures of Tax-Calculator 6.8.0 that are not the law's, or choices that we leave out, with the reason.
CORRECTIONS = {
    "the earned income credit of the married filing separately is out of scope here": {
        "EITC_sep_filers_elig": {"2025": False}
    },
    "state and local taxes: for 2026 the law raises the 500,000 by 1 % (26 USC 164(b)(7)), not with prices": {
        "ID_AllTaxes_c_ps": {"2026": [505000, 505000, 252500, 505000, 505000]}
    },
    "minimum tax 2026: the exemption of 70,100 ends at 640,200, not 639,200, when it falls by a half": {
        "AMT_em_pe": {"2026": 640200}
    },
    "business income: 26 USC 199A(b)(3)(B) doubles the range for joint returns, not for surviving spouses": {
        "PT_qbid_taxinc_gap": {
            "2025": [50000, 100000, 50000, 50000, 50000],
            "2026": [75000, 150000, 75000, 75000, 75000],
        }
    },
}


STANDARD = (
    "the standard deduction costs less, as Tax-Calculator finds itself when nothing can be itemised; when it tries "
    "itemising, it does not add state and local taxes back to the income of the minimum tax"
)
LIMITATION = (
    "itemised deductions are reduced by 2/37 of the lesser of themselves and the income in the highest band (26 USC "
    "68(a)), where Tax-Calculator takes 2/37 of that income; with our reduction taken off a deduction, it agrees"
)
NOTHING_ITEMISED = {"salt": 0, "mortgage": 0, "medical": 0}


def draw(random):
    """What a household is, in whole dollars."""

    def some(chance, least, greatest):
        return random.randint(least, greatest) if random.random() < chance else 0

    def earnings(chance):
        band = random.choice([(1, 20_000), (5_000, 60_000), (60_000, 200_000), (150_000, 700_000), (1, 2_000_000)])
        return some(chance, *band)

    mars = random.choices([1, 2, 3, 4, 5], [30, 35, 10, 15, 10])[0]
    joint = mars == 2
    age = lambda: random.choice([18, 24, 25, 64, 65, random.randint(18, 90)])
    children = random.choices([0, 1, 2, 3, 5], [40, 25, 20, 10, 5])[0]
    if mars in (4, 5):
        children = max(children, 1)
    ages = [random.choice([random.randint(0, 16), 16, 17, 18, 19, random.randint(17, 80)]) for _ in range(children)]
    if mars in (4, 5):
        ages[0] = random.randint(0, 16)
    scale = random.choice([1, 1, 10, 100])
    wages = [earnings(0.8), earnings(0.7) if joint else 0]
    profit = [
        random.choice([-1, 1, 1, 1]) * some(0.25, 600, 400_000),
        random.choice([-1, 1, 1, 1]) * some(0.2, 600, 250_000) if joint else 0,
    ]
    # Losses beyond the limit on excess business losses are out of scope.
    profit = [max(one, -100_000) for one in profit]
    itemises = random.random() < 0.5
    # Tips and overtime pay are parts of the wages, and not the same part.
    tips = min(some(0.15, 1, 40_000), sum(wages))
    overtime = min(some(0.2, 1, 30_000), sum(wages) - tips)
    return {
        "MARS": mars,
        "age": age(),
        "partner_age": age() if joint else 0,
        "blind": random.random() < 0.05,
        "partner_blind": joint and random.random() < 0.05,
        "dependants": ages,
        "students": sum(1 for one in ages if 19 <= one <= 23 and random.random() < 0.5),
        "spouse_itemises": mars == 3 and random.random() < 0.2,
        "wages": wages,
        "profit": profit,
        "interest": some(0.4, 1, 8_000 * scale),
        "ordinary": some(0.3, 1, 5_000 * scale),
        "qualified": some(0.4, 1, 10_000 * scale),
        "short": random.choice([-1, 1]) * some(0.3, 1, 12_000 * scale),
        "long": random.choice([-1, 1, 1]) * some(0.4, 1, 30_000 * scale),
        "other": some(0.25, 1, 90_000),
        "adjustments": some(0.15, 1, 9_000),
        "salt": some(0.9 if itemises else 0.2, 1, 70_000),
        "mortgage": some(0.7 if itemises else 0.1, 1, 45_000),
        "charity": some(0.6 if itemises else 0.3, 1, 30_000 * random.choice([1, 1, 10])),
        "medical": some(0.3 if itemises else 0.1, 1, 40_000),
        "tips": tips,
        "overtime": overtime,
    }


def household(year, facts):
    """The same as our component is given it."""
    one = Household(year, "USD")
    one.facts = {"year": year, **facts}
    one.say("filing-status", STATUSES[facts["MARS"]]).say("age", facts["age"])
    one.say("blind", facts["blind"]).say("dependants", facts["dependants"]).say("students", facts["students"])
    if facts["MARS"] == 2:
        one.say("partner-age", facts["partner_age"]).say("partner-blind", facts["partner_blind"])
    if facts["MARS"] == 3:
        one.say("spouse-itemises", facts["spouse_itemises"])
    for index, person in enumerate(["taxpayer", "partner"]):
        one.income("wages", facts["wages"][index], person)
        one.income("self-employment", facts["profit"][index], person)
    one.income("interest", facts["interest"])
    one.income("ordinary-dividends", facts["ordinary"])
    one.income("qualified-dividends", facts["qualified"])
    # By days, in every other household: a sale on the anniversary is short-term, the day after it is long-term.
    if facts["age"] % 2:
        one.income("capital-gains", facts["short"], date=f"{year}-09-01", acquired=f"{year - 1}-09-01")
        one.income("capital-gains", facts["long"], date=f"{year}-09-02", acquired=f"{year - 1}-09-01")
    else:
        one.income("short-term-gains", facts["short"]).income("long-term-gains", facts["long"])
    one.income("pension" if facts["age"] >= 60 else "other-income", facts["other"])
    one.deduct("adjustments", facts["adjustments"])
    one.deduct("state-and-local-taxes", facts["salt"])
    one.deduct("mortgage-interest", facts["mortgage"])
    one.deduct("charity", facts["charity"])
    one.deduct("medical-expenses", facts["medical"])
    one.deduct("qualified-tips", facts["tips"])
    one.deduct("qualified-overtime", facts["overtime"])
    return one


def ours(answer):
    """What is compared, of our answer, in cents."""
    if "error" in answer:
        sys.exit(f"our component answers: {answer['error']}")
    return {
        "gross income": amount_of(answer, "adjusted-gross-income"),
        "taxable income": answer["taxableIncome"],
        "minimum tax": amount_of(answer, "minimum-tax") - amount_of(answer, "minimum-tax.income"),
        "investment income tax": amount_of(answer, "investment-income-tax"),
        "earned income credit": amount_of(answer, "earned-income-credit"),
        "child and dependant credit": amount_of(answer, "child-tax-credit") + amount_of(answer, "other-dependants"),
        "contributions": answer["contributions"],
        "income tax": answer["owed"] - answer["contributions"],
    }


def records(year, households):
    """The same households as Tax-Calculator reads them."""
    rows = []
    for number, facts in enumerate(households, 1):
        ages = facts["dependants"]
        people = 2 if facts["MARS"] == 2 else 1
        children = sum(1 for age in ages if age < 19) + facts["students"]
        rows.append(
            {
                "RECID": number,
                "FLPDYR": year,
                "MARS": facts["MARS"],
                "XTOT": people + len(ages),
                "EIC": min(children, 3),
                "n24": sum(1 for age in ages if age < 17),
                "nu18": sum(1 for age in ages if age < 18),
                "nu13": sum(1 for age in ages if age < 13),
                "nu06": sum(1 for age in ages if age < 6),
                "age_head": facts["age"],
                "age_spouse": facts["partner_age"],
                "blind_head": int(facts["blind"]),
                "blind_spouse": int(facts["partner_blind"]),
                "MIDR": int(facts["spouse_itemises"]),
                "e00200": sum(facts["wages"]),
                "e00200p": facts["wages"][0],
                "e00200s": facts["wages"][1],
                "e00900": sum(facts["profit"]),
                "e00900p": facts["profit"][0],
                "e00900s": facts["profit"][1],
                "e00300": facts["interest"],
                "e00600": facts["ordinary"] + facts["qualified"],
                "e00650": facts["qualified"],
                "p22250": facts["short"],
                "p23250": facts["long"],
                "e01700": facts["other"],
                "e01500": facts["other"],
                "e03150": facts["adjustments"],
                "e18400": facts["salt"],
                "e19200": facts["mortgage"],
                "e19800": facts["charity"],
                "e17500": facts["medical"],
                "tip_income": facts["tips"],
                "overtime_income": facts["overtime"],
            }
        )
    return pandas.DataFrame(rows)


def theirs(year, households, reform):
    """What is compared, of Tax-Calculator's answers, in cents, as a list of dictionaries."""
    policy = taxcalc.Policy()
    policy.implement_reform({**EVERYBODY_CLAIMS, **reform}, print_warnings=False, raise_errors=False)
    data = taxcalc.Records(
        data=records(year, households),
        start_year=year,
        gfactors=None,
        weights=None,
        adjust_ratios=None,
        exact_calculations=True,
    )
    calculator = taxcalc.Calculator(policy=policy, records=data, verbose=False)
    calculator.advance_to_year(year)
    calculator.calc_all()
    of = calculator.array
    quantities = {
        "gross income": of("c00100"),
        "taxable income": of("c04800"),
        "minimum tax": of("c09600"),
        "investment income tax": of("niit"),
        "earned income credit": of("eitc"),
        "child and dependant credit": of("c07220") + of("odc") + of("c11070"),
        # Tax-Calculator's payroll tax holds the employers' half, too.
        "contributions": of("payrolltax") - of("ptax_was") / 2,
        "income tax": of("iitax"),
    }
    rounded = {name: numpy.asarray(values) * 100 for name, values in quantities.items()}
    return [{name: values[index] for name, values in rounded.items()} for index in range(len(households))]


def reduction(answer):
    """By how many dollars our itemised deductions are reduced in the highest band."""
    return -amount_of(answer, "itemised.reduction") / 100


def by_law(facts):
    """Reasons that no figure of Tax-Calculator can be set to, with what shows that they apply."""
    if min(facts["profit"]) < 0 < max(facts["profit"]):
        return (
            "contributions on self-employment are each person's own: a spouse's loss does not lessen them "
            "(26 USC 1402), where Tax-Calculator compares the sum of both to the 400 from which they are due"
        )
    return None


def main(runner):
    warnings.filterwarnings("ignore")
    generator = random.Random(SEED)
    # Contributions are up to nine lines, each rounded; half of those on self-employment lessens income.
    tolerances = {"contributions": 4, "taxable income": 3, "gross income": 2, "income tax": 2}
    comparison = Comparison(f"Tax-Calculator {taxcalc.__version__}", tolerances)
    drawn = {year: [draw(generator) for _ in range(COUNT // 2)] for year in (2025, 2026)}
    households = {year: [household(year, facts) for facts in drawn[year]] for year in drawn}
    answers = ask(runner, "tax-us", households[2025] + households[2026])
    answers = {2025: answers[: COUNT // 2], 2026: answers[COUNT // 2 :]}
    every = {name: values for reform in CORRECTIONS.values() for name, values in reform.items()}
    for year in drawn:
        both = list(zip(drawn[year], answers[year]))
        published = theirs(year, drawn[year], {})
        corrected = {reason: theirs(year, drawn[year], reform) for reason, reform in CORRECTIONS.items()}
        corrected["several of the reasons here together"] = theirs(year, drawn[year], every)
        corrected[LIMITATION] = theirs(
            year,
            [{**facts, "mortgage": facts["mortgage"] - reduction(answer)} for facts, answer in both],
            {**every, "ID_reduction_rate": {"2026": 0.0}},
        )
        corrected[STANDARD] = theirs(year, [{**facts, **NOTHING_ITEMISED} for facts in drawn[year]], every)
        for index, one in enumerate(households[year]):
            answer = answers[year][index]
            quantities = ours(answer)

            def explain(_):
                for reason, values in corrected.items():
                    if not comparison.differences(quantities, values[index]):
                        return reason
                return by_law(drawn[year][index])

            comparison.add(one, quantities, published[index], explain)
    return comparison.report()


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
