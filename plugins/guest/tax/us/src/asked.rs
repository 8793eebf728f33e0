//! What is asked of a person, and which incomes and deductions are told apart.

use pfms_tax::profile::{Answer, Choice, Field, Flag, Whole, Wholes};
use pfms_tax::{Category, IncomeKind};

use crate::status::Status;

pub(crate) static STATUS: Choice<Status> = Choice::new(
    "filing-status",
    "Filing status",
    "As on Form 1040. Incomes and deductions of a partner belong to a joint return only.",
    &[
        Answer {
            value: Status::Single,
            name: "single",
            label: "Single",
        },
        Answer {
            value: Status::Joint,
            name: "married-jointly",
            label: "Married filing jointly",
        },
        Answer {
            value: Status::Separate,
            name: "married-separately",
            label: "Married filing separately",
        },
        Answer {
            value: Status::Head,
            name: "head-of-household",
            label: "Head of household",
        },
        Answer {
            value: Status::Survivor,
            name: "surviving-spouse",
            label: "Qualifying surviving spouse",
        },
    ],
);

pub(crate) static AGE: Whole = Whole::new(
    "age",
    "Age",
    "On the last day of the year. Returns of people below 18 are out of scope.",
    18,
    130,
);

pub(crate) static PARTNER_AGE: Whole = Whole::new(
    "partner-age",
    "Spouse's age",
    "On the last day of the year. Needed for a joint return, and for no other.",
    0,
    130,
)
.or(0);

pub(crate) static BLIND: Flag = Flag::new(
    "blind",
    "Blind",
    "On the last day of the year, as a doctor certifies it.",
)
.or(false);

pub(crate) static PARTNER_BLIND: Flag = Flag::new(
    "partner-blind",
    "Spouse is blind",
    "On the last day of the year. Counts on a joint return only.",
)
.or(false);

pub(crate) static DEPENDANTS: Wholes = Wholes::new(
    "dependants",
    "Ages of dependants",
    "On the last day of the year, of everybody whom the return claims, each with a Social Security number. \
     They are taken to be children who lived with the taxpayer when they are young enough.",
    0,
    130,
)
.or(&[]);

pub(crate) static STUDENTS: Whole = Whole::new(
    "students",
    "Dependants aged 19 to 23 who study",
    "How many of the dependants were 19 to 23 on the last day of the year and full-time students in five \
     months of it. They count for the earned income credit.",
    0,
    20,
)
.or(0);

pub(crate) static SPOUSE_ITEMISES: Flag = Flag::new(
    "spouse-itemises",
    "Spouse itemises",
    "Of the married filing separately: whether the other return itemises, so that this one must, too.",
)
.or(false);

pub(crate) static PROFILE: &[&(dyn Field + Sync)] = &[
    &STATUS,
    &AGE,
    &PARTNER_AGE,
    &BLIND,
    &PARTNER_BLIND,
    &DEPENDANTS,
    &STUDENTS,
    &SPOUSE_ITEMISES,
];

pub(crate) static WAGES: IncomeKind = IncomeKind::new(
    "wages",
    "Wages, salaries, tips",
    "Form W-2, box 1, before tax. Tips and overtime pay are part of it. Taken as the wages that contributions \
     are due on, too.",
);

pub(crate) static SELF_EMPLOYMENT: IncomeKind = IncomeKind::new(
    "self-employment",
    "Self-employment",
    "Net profit or loss of a business without employees that is no specified service business (Schedule C).",
)
.may_be_negative();

pub(crate) static INTEREST: IncomeKind = IncomeKind::new(
    "interest",
    "Interest",
    "Taxable interest (Form 1099-INT). Interest that is exempt from tax is out of scope.",
);

pub(crate) static ORDINARY_DIVIDENDS: IncomeKind = IncomeKind::new(
    "ordinary-dividends",
    "Ordinary dividends",
    "Dividends that are not qualified: box 1a less box 1b of Form 1099-DIV.",
);

pub(crate) static QUALIFIED_DIVIDENDS: IncomeKind = IncomeKind::new(
    "qualified-dividends",
    "Qualified dividends",
    "Box 1b of Form 1099-DIV. They are taxed as long-term gains are.",
);

pub(crate) static GAINS: IncomeKind = IncomeKind::new(
    "capital-gains",
    "Gains and losses",
    "Proceeds less cost, with the day of purchase, which tells short-term from long-term; without it they are \
     taken as short-term. Collectibles, depreciated real estate and qualified small business stock are out of scope.",
)
.may_be_negative()
.has_holding_period();

pub(crate) static SHORT_GAINS: IncomeKind = IncomeKind::new(
    "short-term-gains",
    "Short-term gains and losses",
    "As a broker reports them, where the days of purchase are not known. A short-term loss carried over from \
     the year before is entered here as a negative amount.",
)
.may_be_negative();

pub(crate) static LONG_GAINS: IncomeKind = IncomeKind::new(
    "long-term-gains",
    "Long-term gains and losses",
    "As a broker reports them, where the days of purchase are not known, and distributions of gains by funds. \
     A long-term loss carried over from the year before is entered here as a negative amount.",
)
.may_be_negative();

pub(crate) static PENSION: IncomeKind = IncomeKind::new(
    "pension",
    "Pensions",
    "The taxable part of pensions, annuities and withdrawals from retirement accounts (Form 1099-R). Social \
     Security benefits are out of scope.",
);

pub(crate) static OTHER: IncomeKind = IncomeKind::new(
    "other-income",
    "Other income",
    "Unemployment compensation, and what else is taxed at ordinary rates, neither earned nor from investments. \
     Rents are out of scope.",
);

pub(crate) static INCOMES: &[&IncomeKind] = &[
    &WAGES,
    &SELF_EMPLOYMENT,
    &INTEREST,
    &ORDINARY_DIVIDENDS,
    &QUALIFIED_DIVIDENDS,
    &GAINS,
    &SHORT_GAINS,
    &LONG_GAINS,
    &PENSION,
    &OTHER,
];

pub(crate) static ADJUSTMENTS: Category = Category::new(
    "adjustments",
    "Adjustments to income",
    "Amounts of Schedule 1, part II, as far as they are deductible: contributions to an IRA or HSA, interest on \
     student loans, teachers' expenses. Without the half of self-employment tax, which is calculated.",
);

pub(crate) static SALT: Category = Category::new(
    "state-and-local-taxes",
    "State and local taxes",
    "Income or sales tax, real estate and personal property tax that was paid. Counts when itemising, up to a \
     limit.",
);

pub(crate) static MORTGAGE: Category = Category::new(
    "mortgage-interest",
    "Mortgage interest",
    "As far as it is deductible (Form 1098, limited to the part of the loan that the law allows). Counts when \
     itemising.",
);

pub(crate) static CHARITY: Category = Category::new(
    "charity",
    "Gifts to charity in cash",
    "To public charities, by money, cheque or card. Counts when itemising; from 2026 to a limit otherwise, too.",
);

pub(crate) static MEDICAL: Category = Category::new(
    "medical-expenses",
    "Medical and dental expenses",
    "Not reimbursed. Counts when itemising, above a share of the income.",
);

pub(crate) static TIPS: Category = Category::new(
    "qualified-tips",
    "Qualified tips",
    "The part of the wages that is qualified tips in an occupation that the Treasury lists.",
);

pub(crate) static OVERTIME: Category = Category::new(
    "qualified-overtime",
    "Qualified overtime pay",
    "The part of the wages that the Fair Labor Standards Act demands above the regular rate: the half of \
     time and a half.",
);

pub(crate) static DEDUCTIONS: &[&Category] = &[
    &ADJUSTMENTS,
    &SALT,
    &MORTGAGE,
    &CHARITY,
    &MEDICAL,
    &TIPS,
    &OVERTIME,
];
