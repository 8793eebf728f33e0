//! What is covered and asked for.

use pfms_tax::profile::{Amount, Answer, Choice, Flag, Whole};
use pfms_tax::{Category, Country, IncomeKind, Region};

use crate::figures;

/// The description.
pub static COUNTRY: Country = Country {
    name: "tax-uk",
    version: env!("CARGO_PKG_VERSION"),
    summary: "Income tax of a resident of the United Kingdom with the Scottish rates, capital gains tax, class 1 \
              and class 4 National Insurance contributions, the High Income Child Benefit Charge and student \
              loans, for one person and a whole year. Covered: personal allowance and its taper, marriage \
              allowance, blind person's allowance (2025-26), trading and property allowance, finance costs of \
              homes that are let, pension contributions, Gift Aid, savings and dividends with their nil rates, \
              business asset disposal relief. Each allowance is set where it saves most. Left out: trading losses \
              against other income, the annual allowance charge on pension savings and the limit of relief to \
              earnings, foreign income, remittances, carried interest, top slicing, married couple's allowance, \
              benefits in kind and tax codes. Contributions of employees are worked out for the year as a whole \
              and as if there were one employment.",
    code: "GB",
    currency: "GBP",
    exponent: 2,
    regions: &[
        Region {
            code: "ENG",
            name: "England",
        },
        Region {
            code: "NIR",
            name: "Northern Ireland",
        },
        Region {
            code: "SCT",
            name: "Scotland",
        },
        Region {
            code: "WLS",
            name: "Wales",
        },
    ],
    figures: &figures::FIGURES,
    profile: &[
        &MARRIAGE_ALLOWANCE,
        &BLIND,
        &OVER_STATE_PENSION_AGE,
        &CHILD_BENEFIT_CHILDREN,
        &PARTNER_HAS_HIGHER_INCOME,
        &STUDENT_LOAN,
        &POSTGRADUATE_LOAN,
        &BUSINESS_RELIEF_USED,
    ],
    incomes: &[
        &EMPLOYMENT,
        &PENSION,
        &TRADING_PROFIT,
        &TRADING_RECEIPTS,
        &PROPERTY_PROFIT,
        &PROPERTY_RECEIPTS,
        &SAVINGS_INTEREST,
        &DIVIDENDS,
        &CAPITAL_GAIN,
        &BUSINESS_GAIN,
    ],
    deductions: &[
        &TRADING_EXPENSES,
        &PROPERTY_EXPENSES,
        &RESIDENTIAL_FINANCE_COSTS,
        &PENSION_NET_PAY,
        &PENSION_RELIEF_AT_SOURCE,
        &GIFT_AID,
        &CAPITAL_LOSSES,
    ],
    marginal_step: 100_00,
};

/// Whether a person gives or receives the marriage allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarriageAllowance {
    /// Neither.
    None,
    /// The spouse or partner gives it to this person.
    Receives,
    /// This person gives it away.
    Gives,
}

/// Which student loan a person repays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudentLoan {
    /// None.
    None,
    /// Before September 2012, and Northern Ireland.
    Plan1,
    /// England and Wales from September 2012.
    Plan2,
    /// Scotland.
    Plan4,
    /// England from August 2023.
    Plan5,
}

pub static MARRIAGE_ALLOWANCE: Choice<MarriageAllowance> = Choice::new(
    "marriage-allowance",
    "Marriage allowance",
    "Whether your spouse or civil partner gives you a part of the personal allowance, or you give it.",
    &[
        Answer {
            value: MarriageAllowance::None,
            name: "none",
            label: "Neither",
        },
        Answer {
            value: MarriageAllowance::Receives,
            name: "receives",
            label: "I receive it",
        },
        Answer {
            value: MarriageAllowance::Gives,
            name: "gives",
            label: "I give it",
        },
    ],
)
.or("none");

pub static BLIND: Flag = Flag::new(
    "blind",
    "Blind person's allowance",
    "Whether you are registered as severely sight impaired, or cannot do work for which eyesight is essential.",
)
.or(false)
.only(&[2025]);

pub static OVER_STATE_PENSION_AGE: Flag = Flag::new(
    "over-state-pension-age",
    "Over State Pension age",
    "Whether you had reached State Pension age when the tax year began: then no contributions are due.",
)
.or(false);

pub static CHILD_BENEFIT_CHILDREN: Whole = Whole::new(
    "child-benefit-children",
    "Children with child benefit",
    "For how many children you or your partner got child benefit all year.",
    0,
    20,
)
.or(0);

pub static PARTNER_HAS_HIGHER_INCOME: Flag = Flag::new(
    "partner-has-higher-income",
    "Partner has the higher income",
    "Whether a partner you live with has a higher adjusted net income: then the charge on child benefit is theirs.",
)
.or(false);

pub static STUDENT_LOAN: Choice<StudentLoan> = Choice::new(
    "student-loan",
    "Student loan",
    "The plan of the loan you repay; of several, the one with the lowest threshold.",
    &[
        Answer {
            value: StudentLoan::None,
            name: "none",
            label: "None",
        },
        Answer {
            value: StudentLoan::Plan1,
            name: "plan-1",
            label: "Plan 1",
        },
        Answer {
            value: StudentLoan::Plan2,
            name: "plan-2",
            label: "Plan 2",
        },
        Answer {
            value: StudentLoan::Plan4,
            name: "plan-4",
            label: "Plan 4",
        },
        Answer {
            value: StudentLoan::Plan5,
            name: "plan-5",
            label: "Plan 5",
        },
    ],
)
.or("none");

pub static POSTGRADUATE_LOAN: Flag = Flag::new(
    "postgraduate-loan",
    "Postgraduate loan",
    "Whether you repay a postgraduate loan, beside a student loan or alone.",
)
.or(false);

pub static BUSINESS_RELIEF_USED: Amount = Amount::new(
    "business-relief-used",
    "Business asset disposal relief used before",
    "Gains of earlier years that were taxed with business asset disposal relief or entrepreneurs' relief.",
    0,
    1_000_000_00,
)
.or(0);

pub static EMPLOYMENT: IncomeKind = IncomeKind::new(
    "employment",
    "Employment",
    "Pay and taxable benefits before tax, contributions and pension contributions, after salary sacrifice.",
);
pub static PENSION: IncomeKind = IncomeKind::new(
    "pension",
    "Pensions and taxable benefits",
    "State, workplace and private pensions, and social security benefits that are taxed.",
);
pub static TRADING_PROFIT: IncomeKind = IncomeKind::new(
    "trading-profit",
    "Trading profit",
    "Profit of self-employment after expenses; negative for a loss. Give either this or receipts, not both.",
)
.may_be_negative();
pub static TRADING_RECEIPTS: IncomeKind = IncomeKind::new(
    "trading-receipts",
    "Trading receipts",
    "Receipts of self-employment before expenses: the trading allowance or the expenses are taken off here.",
);
pub static PROPERTY_PROFIT: IncomeKind = IncomeKind::new(
    "property-profit",
    "Property profit",
    "Profit of letting after expenses but before costs of financing homes; negative for a loss.",
)
.may_be_negative();
pub static PROPERTY_RECEIPTS: IncomeKind = IncomeKind::new(
    "property-receipts",
    "Property receipts",
    "Rents before expenses: the property allowance or the expenses are taken off here.",
);
pub static SAVINGS_INTEREST: IncomeKind = IncomeKind::new(
    "savings-interest",
    "Interest",
    "Interest of banks, building societies, funds and bonds outside ISAs.",
);
pub static DIVIDENDS: IncomeKind = IncomeKind::new(
    "dividends",
    "Dividends",
    "Dividends of shares and funds outside ISAs.",
);
pub static CAPITAL_GAIN: IncomeKind = IncomeKind::new(
    "capital-gain",
    "Capital gains",
    "Gains less costs, negative for losses; matching shares with their purchases is done before. Homes included.",
)
.may_be_negative();
pub static BUSINESS_GAIN: IncomeKind = IncomeKind::new(
    "business-gain",
    "Gains of a business",
    "Gains that qualify for business asset disposal relief; give losses as capital gains.",
);

pub static TRADING_EXPENSES: Category = Category::new(
    "trading-expenses",
    "Trading expenses",
    "Allowable expenses of what is given as trading receipts.",
);
pub static PROPERTY_EXPENSES: Category = Category::new(
    "property-expenses",
    "Property expenses",
    "Allowable expenses of what is given as property receipts, without costs of financing homes.",
);
pub static RESIDENTIAL_FINANCE_COSTS: Category = Category::new(
    "residential-finance-costs",
    "Finance costs of homes that are let",
    "Mortgage interest and the like, of this year and brought forward: it lessens the tax at the basic rate.",
);
pub static PENSION_NET_PAY: Category = Category::new(
    "pension-net-pay",
    "Pension contributions from pay",
    "What the employer took from pay before tax (net pay arrangement).",
);
pub static PENSION_RELIEF_AT_SOURCE: Category = Category::new(
    "pension-relief-at-source",
    "Pension contributions with relief at source",
    "What you paid; the scheme adds a quarter to it.",
);
pub static GIFT_AID: Category = Category::new(
    "gift-aid",
    "Gift Aid",
    "What you gave to charities with a Gift Aid declaration; the charity adds a quarter to it.",
);
pub static CAPITAL_LOSSES: Category = Category::new(
    "capital-losses-brought-forward",
    "Capital losses brought forward",
    "Losses of earlier years that were reported and not used.",
);
