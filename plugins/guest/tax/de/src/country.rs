//! What is covered and asked for.

use pfms_tax::profile::{Answer, Choice, Flag, Whole};
use pfms_tax::{Category, Country, Facts, IncomeKind, Ledger, Person};

use crate::figures;

/// The description.
pub static COUNTRY: Country = Country {
    name: "tax-de",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Income tax of a resident of Germany by the tariff of section 32a with splitting, solidarity surcharge, \
              the flat tax on capital income or the tariff where that owes less, child allowances against child \
              benefit, relief of single parents, childcare, expenses of employees, special expenses, provision for \
              old age and health, and the contributions of employees to social insurance, for a whole year. Left \
              out: church tax, contributions in Saxony (where employees bear more of care insurance), mini and midi \
              jobs, statutory pensions (give their taxable part as other income), the tax-free wages after pension \
              age of 2026, the higher limit of other insurance for those who pay all of their health insurance \
              themselves, donations, extraordinary burdens, household services, trade tax and its credit, private \
              sales, partial exemption of funds, foreign tax, income that only raises the rate, losses of other \
              years, relief for age and disability. Contributions are worked out for the year as a whole, and as if \
              there were one job for each person.",
    code: "DE",
    currency: "EUR",
    exponent: 2,
    regions: &[],
    figures: &figures::FIGURES,
    profile: &[
        &FILING_STATUS,
        &CHILDREN,
        &CHILD_ALLOWANCE,
        &SINGLE_PARENT,
        &CHILDCARE_CHILDREN,
        &PARENT,
        &OTHER_CHILDREN_UNDER_25,
        &UNDER_23,
        &SOCIAL_INSURANCE,
        &HEALTH_SUPPLEMENT,
        &PARTNER_PARENT,
        &PARTNER_UNDER_23,
        &PARTNER_SOCIAL_INSURANCE,
        &PARTNER_HEALTH_SUPPLEMENT,
    ],
    incomes: &[
        &WAGES,
        &SELF_EMPLOYMENT,
        &RENTAL,
        &OTHER_INCOME,
        &CAPITAL_INCOME,
        &SHARE_GAINS,
        &OTHER_CAPITAL_GAINS,
    ],
    deductions: &[
        &WORK_EXPENSES,
        &CHILDCARE,
        &SPECIAL_EXPENSES,
        &BASIC_PENSION,
        &BASIC_HEALTH,
        &OTHER_INSURANCE,
    ],
    marginal_step: 100_00,
};

/// How somebody is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilingStatus {
    /// Alone.
    Single,
    /// With the spouse or partner, by splitting.
    Joint,
}

/// How much of the child allowance somebody has who is assessed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildAllowance {
    /// The other parent has the other half.
    Half,
    /// That of both parents.
    Full,
}

/// Which branches of social insurance wages count for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocialInsurance {
    /// All of them.
    Statutory,
    /// Pension and unemployment; health and care are insured privately.
    PrivateHealth,
    /// None, as for civil servants.
    None,
}

pub static FILING_STATUS: Choice<FilingStatus> = Choice::new(
    "filing-status",
    "Assessment",
    "Couples who live together may be assessed together.",
    &[
        Answer {
            value: FilingStatus::Single,
            name: "single",
            label: "Alone",
        },
        Answer {
            value: FilingStatus::Joint,
            name: "joint",
            label: "Together with spouse or partner",
        },
    ],
);
pub static CHILDREN: Whole = Whole::new(
    "children",
    "Children with child benefit",
    "Children for whom child benefit was due all year.",
    0,
    20,
)
.or(0);
pub static CHILD_ALLOWANCE: Choice<ChildAllowance> = Choice::new(
    "child-allowance",
    "Share of child allowance and child benefit",
    "Who is assessed alone has half; all of it when the other parent's half was transferred. Couples have all of it.",
    &[
        Answer { value: ChildAllowance::Half, name: "half", label: "Half" },
        Answer { value: ChildAllowance::Full, name: "full", label: "All of it" },
    ],
)
.or("half");
pub static SINGLE_PARENT: Flag = Flag::new(
    "single-parent",
    "Single parent",
    "Whether the children are registered with you and no other adult lives in the household.",
)
.or(false);
pub static CHILDCARE_CHILDREN: Whole = Whole::new(
    "childcare-children",
    "Children in childcare",
    "Children under 14 for whom childcare was paid.",
    0,
    20,
)
.or(0);
pub static PARENT: Flag = Flag::new(
    "parent",
    "Parent",
    "Whether you have or had a child of any age: then the surcharge of care insurance is not due. Given by children \
     with child benefit.",
)
.or(false);
pub static OTHER_CHILDREN_UNDER_25: Whole = Whole::new(
    "other-children-under-25",
    "Other children under 25",
    "Children under 25 without child benefit; they count for the discount of care insurance.",
    0,
    20,
)
.or(0);
pub static UNDER_23: Flag = Flag::new(
    "under-23",
    "Under 23",
    "Whether you were under 23 all year: then the surcharge of care insurance is not due.",
)
.or(false);
pub static SOCIAL_INSURANCE: Choice<SocialInsurance> = Choice::new(
    "social-insurance",
    "Social insurance",
    "Which branches your wages count for.",
    BRANCHES,
)
.or("statutory");
pub static HEALTH_SUPPLEMENT: Whole = Whole::new(
    "health-supplement",
    "Supplement of the health insurer",
    "In hundredths of a per cent of the wage, for example 245 for 2.45 %; 0 takes the year's average.",
    0,
    1_000,
)
.or(0);
pub static PARTNER_PARENT: Flag = Flag::new("partner-parent", "Partner: parent", "As for you.").or(false);
pub static PARTNER_UNDER_23: Flag =
    Flag::new("partner-under-23", "Partner: under 23", "As for you.").or(false);
pub static PARTNER_SOCIAL_INSURANCE: Choice<SocialInsurance> = Choice::new(
    "partner-social-insurance",
    "Partner: social insurance",
    "Which branches the partner's wages count for.",
    BRANCHES,
)
.or("statutory");
pub static PARTNER_HEALTH_SUPPLEMENT: Whole = Whole::new(
    "partner-health-supplement",
    "Partner: supplement of the health insurer",
    "As for you.",
    0,
    1_000,
)
.or(0);

const BRANCHES: &[Answer<SocialInsurance>] = &[
    Answer {
        value: SocialInsurance::Statutory,
        name: "statutory",
        label: "All branches",
    },
    Answer {
        value: SocialInsurance::PrivateHealth,
        name: "private-health",
        label: "Pension and unemployment; health and care are insured privately",
    },
    Answer {
        value: SocialInsurance::None,
        name: "none",
        label: "None, as for civil servants",
    },
];

pub static WAGES: IncomeKind = IncomeKind::new(
    "wages",
    "Wages",
    "Gross wages and salaries, pay of civil servants included.",
);
pub static SELF_EMPLOYMENT: IncomeKind = IncomeKind::new(
    "self-employment",
    "Self-employment and trade",
    "Profit after expenses of a profession, a trade or a farm; negative for a loss.",
)
.may_be_negative();
pub static RENTAL: IncomeKind =
    IncomeKind::new("rental", "Letting", "Rents less expenses; negative for a loss.").may_be_negative();
pub static OTHER_INCOME: IncomeKind = IncomeKind::new(
    "other-income",
    "Other income",
    "Taxable part of pensions, maintenance and the like, after their expenses; taxed by the tariff.",
);
pub static CAPITAL_INCOME: IncomeKind = IncomeKind::new(
    "capital-income",
    "Interest and dividends",
    "Interest, dividends and the taxable part of what funds pay.",
);
pub static SHARE_GAINS: IncomeKind = IncomeKind::new(
    "share-gains",
    "Gains on shares",
    "Gains on shares of companies bought since 2009; losses, negative, are set against such gains only.",
)
.may_be_negative();
pub static OTHER_CAPITAL_GAINS: IncomeKind = IncomeKind::new(
    "other-capital-gains",
    "Gains on other securities",
    "Gains on funds, bonds and the like bought since 2009, the taxable part; negative for a loss.",
)
.may_be_negative();

pub static WORK_EXPENSES: Category = Category::new(
    "work-expenses",
    "Expenses of an employee",
    "The way to work, working at home, tools and the like: they count where they exceed the lump sum.",
);
pub static CHILDCARE: Category = Category::new(
    "childcare",
    "Childcare",
    "Care of children under 14, paid by transfer and with an invoice.",
);
pub static SPECIAL_EXPENSES: Category = Category::new(
    "special-expenses",
    "Special expenses without a limit",
    "Church tax that was paid, and others that the law does not limit.",
);
pub static BASIC_PENSION: Category = Category::new(
    "basic-pension",
    "Basic provision for old age",
    "Basic pensions (Rürup), professional funds and own contributions to the statutory pension, beside those of wages.",
);
pub static BASIC_HEALTH: Category = Category::new(
    "basic-health",
    "Basic health and care insurance",
    "The basic part of premiums that you paid yourself, less what an employer added, beside contributions of wages.",
);
pub static OTHER_INSURANCE: Category = Category::new(
    "other-insurance",
    "Other insurance",
    "Liability, accident, disability and term life insurance, and what health insurance costs above the basic part.",
);

/// Whether a couple is assessed together.
pub fn is_joint(facts: &Facts<'_>) -> bool {
    facts.get(&FILING_STATUS) == Some(FilingStatus::Joint)
}

/// Who is assessed.
pub fn people(facts: &Facts<'_>) -> &'static [Person] {
    if is_joint(facts) {
        &[Person::Taxpayer, Person::Partner]
    } else {
        &[Person::Taxpayer]
    }
}

/// 1, or 2 for a couple: many amounts are there for each.
pub fn heads(facts: &Facts<'_>) -> i64 {
    if is_joint(facts) { 2 } else { 1 }
}

/// Names subjects that many expect here and that the rules leave out, where they may matter.
pub fn say_what_is_left_out(facts: &Facts<'_>, ledger: &mut Ledger) {
    ledger.ignore(
        "church-tax",
        "Its rates by Land are not known well enough; it is left out.",
    );
    if facts.sum(&WAGES) > 0 {
        ledger.ignore(
            "reduced-contributions",
            "Contributions are those of one regular job for the whole year outside Saxony: the lower ones of mini and \
             midi jobs, and the greater share of care insurance in Saxony, are left out.",
        );
    }
    if facts.sum(&SELF_EMPLOYMENT) > 0 {
        ledger.ignore(
            "contributions-of-self-employed",
            "What the self-employed pay for social insurance is not worked out; give it as a deduction.",
        );
        ledger.ignore("trade-tax", "Trade tax, and the credit for it, are left out.");
    }
    if facts.spent(&OTHER_INSURANCE) > 0 {
        ledger.ignore(
            "other-insurance-limit",
            "The higher limit of those who pay all of their health insurance themselves is left out.",
        );
    }
}
