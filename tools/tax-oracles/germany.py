"""Germany against GETTSIM (AGPL, run as a process of its own): 400 households of 2025 and 2026.

Compared are income tax (child benefit that allowances take the place of included), solidarity surcharge, the flat
tax on capital income, and each branch of social insurance. Wages lie above those for which contributions are
reduced; statutory supplements are the average, as GETTSIM has no other.
"""

import random
import sys
import warnings

import numpy
import pandas

from frame import Comparison, Household, amount_of, ask

SEED = 20261126
COUNT = 400
# GETTSIM works out the tariff on fractions of a euro and rounds contributions nowhere: a euro of income tax for each
# person, what the surcharge makes of it, and cents of contributions. In cents.
TOLERANCES = {
    "income tax": 200,
    "solidarity surcharge": 26,
    "flat tax": 2,
    "pension": 2,
    "unemployment": 2,
    "health": 2,
    "care": 2,
}
ADULT, CHILD = 40, 8


def draw(random):
    """What a household is, in whole euros."""

    def some(chance, least, greatest):
        return random.randint(least, greatest) if random.random() < chance else 0

    def wages(chance):
        near = random.choice([66_150, 69_750, 96_600, 101_400])
        band = random.choice([(26_000, 60_000), (40_000, 110_000), (90_000, 300_000), (near - 300, near + 300)])
        return some(chance, *band)

    joint = random.random() < 0.5
    children = random.choices([0, 1, 2, 3], [45, 20, 20, 15])[0]
    return {
        "joint": joint,
        "children": children,
        "single_parent": not joint and children > 0 and random.random() < 0.7,
        "wages": [wages(0.8), wages(0.7) if joint else 0],
        "expenses": [some(0.3, 1, 4_000), some(0.3, 1, 4_000) if joint else 0],
        "rental": random.choice([-1, 1, 1]) * some(0.3, 1, 25_000),
        "profit": some(0.3, 1, 60_000),
        "capital": some(0.4, 1, random.choice([1_500, 3_000, 40_000])),
    }


def household(year, facts):
    """The same as our component is given it."""
    one = Household(year, "EUR")
    one.facts = {"year": year, **facts}
    one.say("filing-status", "joint" if facts["joint"] else "single").say("children", facts["children"])
    one.say("single-parent", facts["single_parent"])
    for index, person in enumerate(["taxpayer", "partner"]):
        one.income("wages", facts["wages"][index], person)
        one.deduct("work-expenses", facts["expenses"][index] if facts["wages"][index] else 0, person)
    one.income("rental", facts["rental"]).income("self-employment", facts["profit"])
    one.income("capital-income", facts["capital"])
    return one


def ours(answer):
    """What is compared, of our answer, in cents."""
    if "error" in answer:
        sys.exit(f"our component answers: {answer['error']}")
    return {
        "income tax": amount_of(answer, "tax.tariff") + amount_of(answer, "surcharge.child-benefit"),
        "solidarity surcharge": amount_of(answer, "surcharge.solidarity")
        + amount_of(answer, "surcharge.solidarity-capital"),
        "flat tax": amount_of(answer, "tax.capital"),
        "pension": amount_of(answer, "contribution.pension"),
        "unemployment": amount_of(answer, "contribution.unemployment"),
        "health": amount_of(answer, "contribution.health"),
        "care": amount_of(answer, "contribution.care"),
    }


def people(drawn):
    """The same households as GETTSIM reads them, a row for each person; and whose household each is."""
    rows, homes = [], []
    for home, facts in enumerate(drawn):
        first = len(rows)
        adults = [first, first + 1] if facts["joint"] else [first]
        for index, adult in enumerate(adults):
            rows.append(
                {
                    "p_id": adult,
                    "age": ADULT,
                    "spouse": adults[1 - index] if facts["joint"] else -1,
                    "joint": facts["joint"],
                    "single_parent": facts["single_parent"],
                    "parents": (-1, -1),
                    "has_children": facts["children"] > 0,
                    "wages": facts["wages"][index],
                    "expenses": facts["expenses"][index] if facts["wages"][index] else 0,
                    "rental": facts["rental"] if index == 0 else 0,
                    "profit": facts["profit"] if index == 0 else 0,
                    "capital": facts["capital"] if index == 0 else 0,
                }
            )
            homes.append(home)
        parents = (adults[0], adults[1] if facts["joint"] else -1)
        for _ in range(facts["children"]):
            rows.append(
                {
                    "p_id": len(rows),
                    "age": CHILD,
                    "spouse": -1,
                    "joint": False,
                    "single_parent": False,
                    "parents": parents,
                    "has_children": False,
                    "wages": 0,
                    "expenses": 0,
                    "rental": 0,
                    "profit": 0,
                    "capital": 0,
                }
            )
            homes.append(home)
    return pandas.DataFrame(rows), numpy.array(homes)


def inputs(year, table):
    """GETTSIM's tree of inputs; what is not drawn is nothing."""
    size = len(table)
    nothing = numpy.zeros(size)
    none = numpy.zeros(size, dtype=int)
    no = numpy.zeros(size, dtype=bool)
    nobody = numpy.full(size, -1)
    of = lambda name: table[name].to_numpy(dtype=float)
    is_child = (table["age"] == CHILD).to_numpy()
    first_parent = numpy.array([parents[0] for parents in table["parents"]])
    second_parent = numpy.array([parents[1] for parents in table["parents"]])
    return {
        "p_id": table["p_id"].to_numpy(),
        "alter": table["age"].to_numpy(),
        "alter_monate": table["age"].to_numpy() * 12,
        "arbeitsstunden_w": numpy.where(of("wages") > 0, 40.0, 0.0),
        "behinderungsgrad": none,
        "geburtsjahr": year - table["age"].to_numpy(),
        "geburtsmonat": numpy.ones(size, dtype=int),
        "einkommensteuer": {
            "gemeinsam_veranlagt": table["joint"].to_numpy(),
            "abzüge": {
                "beitrag_private_rentenversicherung_m": nothing,
                "kinderbetreuungskosten_m": nothing,
                "p_id_kinderbetreuungskostenträger": nobody,
            },
            "einkünfte": {
                "aus_forst_und_landwirtschaft": {"betrag_y": nothing},
                "aus_gewerbebetrieb": {"betrag_y": nothing},
                "aus_nichtselbstständiger_arbeit": {"tatsächliche_werbungskosten_y": of("expenses")},
                "aus_selbstständiger_arbeit": {"betrag_y": of("profit")},
                "aus_vermietung_und_verpachtung": {"betrag_y": of("rental")},
                "ist_hauptberuflich_selbstständig": no,
                "sonstige": {
                    "alle_weiteren_y": nothing,
                    "rente": {"alter_beginn_leistungsbezug_sonstige_private_vorsorge": none},
                },
            },
        },
        "einnahmen": {
            "bruttolohn_m": of("wages") / 12,
            "kapitalerträge_y": of("capital"),
            "renten": {
                name: nothing
                for name in (
                    "aus_berufsständischen_versicherungen_m",
                    "basisrente_m",
                    "betriebliche_altersvorsorge_m",
                    "geförderte_private_vorsorge_m",
                    "gesetzliche_m",
                    "sonstige_private_vorsorge_m",
                )
            },
        },
        "familie": {
            "alleinerziehend": table["single_parent"].to_numpy(),
            "p_id_ehepartner": table["spouse"].to_numpy(),
            "p_id_elternteil_1": first_parent,
            "p_id_elternteil_2": second_parent,
        },
        "kindergeld": {"in_ausbildung": is_child, "p_id_empfänger": first_parent},
        "sozialversicherung": {
            "kranken": {"beitrag": {"privat_versichert": no}},
            "pflege": {"beitrag": {"hat_kinder": table["has_children"].to_numpy()}},
            # Nobody draws a statutory pension.
            "rente": {
                "altersrente": {"betrag_m": nothing},
                "erwerbsminderung": {"betrag_m": nothing},
                "bezieht_rente": no,
                "jahr_renteneintritt": numpy.full(size, 2100),
                "monat_renteneintritt": numpy.ones(size, dtype=int),
            },
        },
    }


def theirs(year, drawn):
    """What is compared, of GETTSIM's answers, in cents, as a list of dictionaries."""
    from gettsim import InputData, MainTarget, TTTargets, main as gettsim

    table, homes = people(drawn)
    branches = {"pension": "rente", "unemployment": "arbeitslosen", "health": "kranken", "care": "pflege"}
    contribution = {"beitrag": {"betrag_versicherter_m": None}}
    found = gettsim(
        main_target=MainTarget.results.tree,
        policy_date_str=f"{year}-01-01",
        input_data=InputData.tree(tree=inputs(year, table)),
        tt_targets=TTTargets(
            tree={
                "einkommensteuer": {"betrag_y_sn": None, "abgeltungssteuer": {"betrag_y_sn": None}},
                "solidaritätszuschlag": {"betrag_y_sn": None},
                "sozialversicherung": {name: contribution for name in branches.values()},
            }
        ),
        include_warn_nodes=False,
    )

    def column(*path):
        node = found
        for name in path:
            node = node[name]
        return numpy.asarray(node, dtype=float)

    adults = (table["age"] == ADULT).to_numpy()
    first = numpy.array([numpy.flatnonzero((homes == home) & adults)[0] for home in range(len(drawn))])
    together = lambda values: numpy.array([values[(homes == home) & adults].sum() for home in range(len(drawn))])
    quantities = {
        "income tax": column("einkommensteuer", "betrag_y_sn")[first],
        "solidarity surcharge": column("solidaritätszuschlag", "betrag_y_sn")[first],
        "flat tax": column("einkommensteuer", "abgeltungssteuer", "betrag_y_sn")[first],
    }
    for name, branch in branches.items():
        monthly = column("sozialversicherung", branch, "beitrag", "betrag_versicherter_m")
        quantities[name] = together(monthly) * 12
    return [{name: float(values[index]) * 100 for name, values in quantities.items()} for index in range(len(drawn))]


def why(facts, answer, name, ours, theirs):
    """Why a quantity differs, or None."""
    if name in ("income tax", "solidarity surcharge", "flat tax"):
        if amount_of(answer, "adjustment.capital-by-tariff"):
            return (
                "capital income is taxed by the tariff where that owes less (EStG § 32d Abs. 6); GETTSIM always taxes "
                "it apart"
            )
    allowances = amount_of(answer, "deduction.child-allowances")
    each = {2025: 480_000, 2026: 487_800}[facts["year"]] * (2 if facts["joint"] else 1)
    if name == "income tax" and ours < theirs and allowances < each * facts["children"]:
        return (
            "child allowances take the place of child benefit child by child (EStG § 31); GETTSIM compares those of "
            "all children to all child benefit"
        )
    return None


def main(runner):
    warnings.filterwarnings("ignore")
    generator = random.Random(SEED)
    comparison = Comparison("GETTSIM 1.3.1", TOLERANCES)
    drawn = {year: [draw(generator) for _ in range(COUNT // 2)] for year in (2025, 2026)}
    households = {year: [household(year, facts) for facts in drawn[year]] for year in drawn}
    answers = iter(ask(runner, "tax-de", households[2025] + households[2026]))
    for year in drawn:
        engine = theirs(year, drawn[year])
        for facts, one, values in zip(drawn[year], households[year], engine):
            answer = next(answers)

            def explain(found):
                known = {"year": year, **facts}
                reasons = [why(known, answer, name, *amounts) for name, amounts in found.items()]
                return None if None in reasons else "; ".join(sorted(set(reasons)))

            comparison.add(one, ours(answer), values, explain)
    return comparison.report()


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
