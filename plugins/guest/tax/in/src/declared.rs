//! What is asked of a person, and which incomes and deductions are told apart.

use pfms_tax::profile::{Amount, Answer, Choice, Flag, Whole};
use pfms_tax::{Category, IncomeKind, LIMIT};

/// By which of the two sets of rules somebody is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// Lower rates, hardly any deductions: taken unless somebody chooses otherwise.
    New,
    /// Higher rates, exemptions and the deductions of Chapter VI-A.
    Old,
}

pub static REGIME: Choice<Regime> = Choice::new(
    "regime",
    "Tax regime",
    "The new regime applies unless you choose the old one in your return. The result tells what the other one \
     would cost.",
    &[
        Answer {
            value: Regime::New,
            name: "new",
            label: "New regime",
        },
        Answer {
            value: Regime::Old,
            name: "old",
            label: "Old regime",
        },
    ],
)
.or("new");

pub static AGE: Whole = Whole::new(
    "age",
    "Age",
    "In years, at any time up to 31 March, the last day of the tax year.",
    0,
    130,
);

pub static RESIDENT: Flag = Flag::new(
    "resident",
    "Resident",
    "Whether you are a resident of India for the tax year. Income is to be given as far as India taxes it.",
)
.or(true);

pub static PARENTS_SENIOR: Flag = Flag::new(
    "parents-senior",
    "A parent is 60 or older",
    "Whether one of the parents whose health insurance you pay is a senior citizen.",
)
.or(false);

pub static GOVERNMENT: Flag = Flag::new(
    "government-employee",
    "Employed by the government",
    "Whether your employer is the central government or that of a state.",
)
.or(false);

pub static BASIC_PAY: Amount = Amount::new(
    "basic-pay",
    "Basic pay and dearness allowance",
    "For the year, from your pay slips. It limits what counts of your employer's pension contribution; zero: the \
     whole salary is taken.",
    0,
    LIMIT,
)
.or(0);

pub static SALARY: IncomeKind = IncomeKind::new(
    "salary",
    "Salary and pension",
    "Pay, bonus, perquisites and your employer's pension contributions, and the pension of a former employer, \
     before any deduction.",
);
pub static HOUSE_PROPERTY: IncomeKind = IncomeKind::new(
    "house-property",
    "House property",
    "Rent less municipal taxes, the deduction of s. 24(a) and interest on the loan; negative when that is more.",
)
.may_be_negative();
pub static BUSINESS: IncomeKind = IncomeKind::new(
    "business",
    "Business and profession",
    "Net profit, or the presumptive income of ss. 44AD, 44ADA and 44AE; negative: a loss.",
)
.may_be_negative();
pub static SAVINGS_INTEREST: IncomeKind = IncomeKind::new(
    "savings-interest",
    "Interest on savings accounts",
    "Of banks, co-operative banks and post offices.",
);
pub static DEPOSIT_INTEREST: IncomeKind = IncomeKind::new(
    "deposit-interest",
    "Interest on fixed and recurring deposits",
    "Of banks, co-operative banks and post offices.",
);
pub static DIVIDENDS: IncomeKind =
    IncomeKind::new("dividends", "Dividends", "Of companies and mutual funds.");
pub static OTHER: IncomeKind = IncomeKind::new(
    "other",
    "Other income at slab rates",
    "Interest on bonds and loans, family pension and what has no kind of its own. Not winnings of lotteries and \
     games.",
);
pub static EQUITY_GAIN: IncomeKind = IncomeKind::new(
    "equity-gain",
    "Gain on listed equity",
    "On shares, units of equity funds and of business trusts on which securities transaction tax was paid.",
)
.may_be_negative()
.has_holding_period();
pub static LISTED_GAIN: IncomeKind = IncomeKind::new(
    "listed-gain",
    "Gain on other listed securities",
    "On listed bonds and listed units that are not of equity funds.",
)
.may_be_negative()
.has_holding_period();
pub static PROPERTY_GAIN: IncomeKind = IncomeKind::new(
    "property-gain",
    "Gain on land or buildings",
    "Proceeds less cost, without indexation. Where the property was bought before 23 July 2024 its cost is asked \
     for as a deduction, so that the gain with indexation can be compared.",
)
.may_be_negative()
.has_holding_period();
pub static OTHER_GAIN: IncomeKind = IncomeKind::new(
    "other-gain",
    "Gain on other assets",
    "On unlisted shares, foreign shares, gold and what has no kind of its own.",
)
.may_be_negative()
.has_holding_period();
pub static DEBT_FUND_GAIN: IncomeKind = IncomeKind::new(
    "debt-fund-gain",
    "Gain on debt funds",
    "On units of specified funds bought since 1 April 2023, which are short-term however long they were held \
     (s. 50AA).",
)
.may_be_negative();
pub static VDA_GAIN: IncomeKind = IncomeKind::new(
    "vda-gain",
    "Gain on virtual digital assets",
    "On crypto-currencies and tokens: proceeds less cost, nothing else. A loss lessens nothing.",
)
.may_be_negative();

pub static ALLOWANCES: Category = Category::new(
    "exempt-allowances",
    "Exempt allowances",
    "The exempt part of house rent and leave travel allowance (s. 10(13A) and 10(5)), as your employer certifies \
     it. Old regime.",
);
pub static SECTION_80C: Category = Category::new(
    "section-80c",
    "Savings and payments under s. 80C",
    "Provident funds, life insurance, equity-linked savings, tuition fees, repayment of a housing loan, own \
     contributions under s. 80CCD(1). Old regime.",
);
pub static NPS_OWN: Category = Category::new(
    "nps-own",
    "Own contributions to the pension scheme",
    "To the National Pension System under s. 80CCD(1B), beside s. 80C. Old regime.",
);
pub static NPS_EMPLOYER: Category = Category::new(
    "nps-employer",
    "Employer's contributions to the pension scheme",
    "Under s. 80CCD(2). They are part of the salary, so give them there too. Both regimes.",
);
pub static HEALTH_INSURANCE: Category = Category::new(
    "health-insurance",
    "Health insurance for the family",
    "Premiums for yourself, your spouse and your children under s. 80D, not paid in cash. Old regime.",
);
pub static HEALTH_INSURANCE_PARENTS: Category = Category::new(
    "health-insurance-parents",
    "Health insurance for parents",
    "Premiums for your parents under s. 80D, not paid in cash. Old regime.",
);
pub static OTHER_DEDUCTIONS: Category = Category::new(
    "other-chapter-via",
    "Other deductions of Chapter VI-A",
    "Such as ss. 80E, 80G and 80U, in the amount that the law allows: their own limits are not checked. Old \
     regime.",
);
pub static PROPERTY_COST: Category = Category::new(
    "property-cost",
    "Cost of the land or building that was sold",
    "What it cost to acquire; its fair market value on 1 April 2001 when it was bought before. It is compared \
     with indexation (s. 112) for one property a year that a resident bought before 23 July 2024.",
);
