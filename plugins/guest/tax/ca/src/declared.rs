//! What is asked of a person, and which incomes and deductions are told apart.

use pfms_tax::profile::{Amount, Flag, Whole};
use pfms_tax::{Category, IncomeKind, LIMIT};

pub static AGE: Whole = Whole::new(
    "age",
    "Age",
    "On 31 December. From 65 there is an age amount.",
    0,
    130,
);
pub static DISABLED: Flag = Flag::new(
    "disability-amount",
    "Disability amount",
    "Whether a disability tax credit certificate (form T2201) was approved for you.",
)
.or(false);
pub static SPOUSE: Flag = Flag::new(
    "spouse",
    "Supports a spouse",
    "Whether you support a spouse or common-law partner whose net income is below the basic personal amount.",
)
.or(false);
pub static SPOUSE_INCOME: Amount = Amount::new(
    "spouse-net-income",
    "Net income of the spouse",
    "Line 23600 of their return. It lessens the amount for them.",
    0,
    LIMIT,
)
.or(0);
pub static PENSION_PLAN: Flag = Flag::new(
    "pension-plan",
    "Contributes to the Canada Pension Plan",
    "Usually from 18 to 69, outside Quebec. Not who draws its pension and chose to stop.",
)
.or(true);

pub static EMPLOYMENT: IncomeKind = IncomeKind::new(
    "employment",
    "Employment",
    "Pay, taxable benefits, bonus, before any deduction.",
);
pub static SELF_EMPLOYMENT: IncomeKind = IncomeKind::new(
    "self-employment",
    "Self-employment",
    "Net profit of a business or profession; negative: a loss.",
)
.may_be_negative();
pub static PENSION: IncomeKind = IncomeKind::new(
    "pension",
    "Pensions",
    "Old age security, the Canada Pension Plan, pensions of employers, withdrawals from registered plans.",
);
pub static INTEREST: IncomeKind = IncomeKind::new(
    "interest",
    "Interest and foreign dividends",
    "What is not a dividend of a Canadian company.",
);
pub static ELIGIBLE: IncomeKind = IncomeKind::new(
    "eligible-dividends",
    "Eligible dividends",
    "Of Canadian companies, as paid, before anything is added.",
);
pub static OTHER_DIVIDENDS: IncomeKind = IncomeKind::new(
    "other-dividends",
    "Other dividends of Canadian companies",
    "Those that are not eligible, as paid, before anything is added.",
);
pub static GAIN: IncomeKind = IncomeKind::new(
    "capital-gain",
    "Capital gains",
    "On shares, funds, land and other property, in full; negative: a loss, which lessens gains only. Not on a \
     principal residence.",
)
.may_be_negative();
pub static OTHER: IncomeKind = IncomeKind::new(
    "other",
    "Other income",
    "Rent less expenses and what has no kind of its own.",
);

pub static SAVINGS_PLAN: Category = Category::new(
    "registered-savings",
    "Registered savings plans",
    "Contributions to an RRSP or FHSA within your own limit, which is not checked.",
);
pub static PENSION_PLANS: Category = Category::new(
    "registered-pension",
    "Registered pension plans",
    "Own contributions to the pension plan of an employer.",
);
pub static DUES: Category = Category::new("dues", "Union and professional dues", "Paid by yourself.");
pub static MEDICAL: Category = Category::new(
    "medical",
    "Medical expenses",
    "Of the family, as far as no insurance paid them.",
);
