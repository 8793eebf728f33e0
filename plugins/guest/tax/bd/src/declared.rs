//! What is asked of a person, and which incomes and investments are told apart.

use pfms_tax::profile::{Amount, Answer, Choice, Flag, Whole, Wholes};
use pfms_tax::{Category, IncomeKind, LIMIT};

/// The year whose minimum tax depends on the area.
const AY_2025_26: u16 = 2024;
/// The year from which surcharges are known.
const AY_2026_27: u16 = 2025;

/// What the tax-free threshold looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    Male,
    Female,
    Third,
}

/// Where somebody lives, as the tax sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residence {
    Resident,
    /// Taxed like residents.
    Expatriate,
    Foreigner,
}

/// What the minimum tax of 2025-26 looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    DhakaChattogram,
    OtherCity,
    Elsewhere,
}

pub static AGE: Whole = Whole::new(
    "age",
    "Age",
    "In years. From 65 the tax-free threshold is higher. The law does not say on which day it counts; take the last \
     day of the income year, 30 June.",
    0,
    130,
);

pub static GENDER: Choice<Gender> = Choice::new(
    "gender",
    "Gender",
    "Women and people of the third gender have a higher tax-free threshold.",
    &[
        Answer {
            value: Gender::Male,
            name: "male",
            label: "Male",
        },
        Answer {
            value: Gender::Female,
            name: "female",
            label: "Female",
        },
        Answer {
            value: Gender::Third,
            name: "third-gender",
            label: "Third gender",
        },
    ],
)
.or("male");

pub static DISABLED: Flag = Flag::new(
    "disabled",
    "Person with a disability",
    "Whether you are registered as a person with a disability.",
)
.or(false);

pub static FREEDOM_FIGHTER: Flag = Flag::new(
    "freedom-fighter",
    "War-wounded freedom fighter",
    "Whether you are a gazetted war-wounded freedom fighter.",
)
.or(false);

pub static JULY_FIGHTER: Flag = Flag::new(
    "july-fighter",
    "July fighter",
    "Whether you are a gazetted July fighter, wounded in the uprising of July 2024.",
)
.or(false)
.only(&[AY_2026_27]);

pub static DISABLED_CHILDREN: Whole = Whole::new(
    "disabled-children",
    "Children or wards with a disability",
    "For how many you claim the addition to the threshold; of two parents only one may.",
    0,
    20,
)
.or(0);

pub static RESIDENCE: Choice<Residence> = Choice::new(
    "residence",
    "Residence",
    "Bangladeshis abroad are taxed like residents; other non-residents at one rate without a threshold.",
    &[
        Answer {
            value: Residence::Resident,
            name: "resident",
            label: "Resident",
        },
        Answer {
            value: Residence::Expatriate,
            name: "non-resident-bangladeshi",
            label: "Non-resident Bangladeshi",
        },
        Answer {
            value: Residence::Foreigner,
            name: "non-resident",
            label: "Other non-resident",
        },
    ],
)
.or("resident");

pub static NEW_TAXPAYER: Flag = Flag::new(
    "new-taxpayer",
    "New taxpayer",
    "Whether you file a return for the first time: the minimum tax is lower.",
)
.or(false);

pub static AREA: Choice<Area> = Choice::new(
    "area",
    "Area",
    "Where you live: the minimum tax of 2025-26 depends on it.",
    &[
        Answer {
            value: Area::DhakaChattogram,
            name: "dhaka-chattogram",
            label: "City corporations of Dhaka and Chattogram",
        },
        Answer {
            value: Area::OtherCity,
            name: "other-city",
            label: "Another city corporation",
        },
        Answer {
            value: Area::Elsewhere,
            name: "elsewhere",
            label: "Elsewhere",
        },
    ],
)
.only(&[AY_2025_26]);

pub static NET_WEALTH: Amount = Amount::new(
    "net-wealth",
    "Net wealth",
    "What your assets less debts cost to acquire, as in the statement of assets and liabilities (s. 167).",
    0,
    LIMIT,
)
.or(0)
.only(&[AY_2026_27]);

pub static CARS: Wholes = Wholes::new(
    "cars",
    "Motor cars",
    "Engine size in cc of each car in your name. Not buses, trucks, vans, rickshaws, taxis and motorcycles.",
    1,
    20_000,
)
.or(&[])
.only(&[AY_2026_27]);

pub static HOUSE_AREA: Whole = Whole::new(
    "house-area",
    "House property in square feet",
    "All of it together.",
    0,
    10_000_000,
)
.or(0)
.only(&[AY_2026_27]);

pub static SPONSOR: Flag = Flag::new(
    "sponsor",
    "Sponsor, director or holder of placement shares",
    "Whether the listed shares that you sold were held as one: the exemption of their gains is not for you.",
)
.or(false);

pub static SALARY: IncomeKind = IncomeKind::new(
    "salary",
    "Salary",
    "All that an employer pays and gives, before the exemption. Not for employees of the government, whose \
     allowances are free by a rule of their own.",
);
pub static HOUSE_PROPERTY: IncomeKind = IncomeKind::new(
    "house-property",
    "House property",
    "Rent less what the law allows; negative: a loss.",
)
.may_be_negative();
pub static AGRICULTURE: IncomeKind = IncomeKind::new(
    "agriculture",
    "Agriculture",
    "Income less what the law allows; negative: a loss.",
)
.may_be_negative();
pub static BUSINESS: IncomeKind = IncomeKind::new(
    "business",
    "Business and profession",
    "Net profit; negative: a loss, which lessens no other income. Not of tobacco products.",
)
.may_be_negative();
pub static INTEREST: IncomeKind = IncomeKind::new(
    "interest",
    "Interest",
    "On deposits and securities that are taxed at ordinary rates.",
);
pub static DIVIDENDS: IncomeKind = IncomeKind::new("dividends", "Dividends", "Before tax was withheld.");
pub static OTHER: IncomeKind = IncomeKind::new(
    "other",
    "Other income at ordinary rates",
    "What has no kind of its own. Not winnings of lotteries and games.",
);
pub static LISTED_GAIN: IncomeKind = IncomeKind::new(
    "listed-share-gain",
    "Gain on listed securities",
    "On shares and units that are listed on a stock exchange.",
)
.may_be_negative();
pub static PRECIOUS_GAIN: IncomeKind = IncomeKind::new(
    "precious-gain",
    "Gain on gold, silver, jewels and coins",
    "On personal ones that you do not trade in.",
)
.may_be_negative();
pub static OTHER_GAIN: IncomeKind = IncomeKind::new(
    "other-gain",
    "Gain on other assets",
    "On land, buildings, unlisted shares and what has no kind of its own.",
)
.may_be_negative()
.has_holding_period();

pub static LIFE_INSURANCE: Category = Category::new("life-insurance", "Life insurance", "Premiums.");
pub static PROVIDENT_FUND: Category = Category::new(
    "provident-fund",
    "Provident fund",
    "Your and your employer's contributions to a recognised provident fund.",
);
pub static DEPOSIT_SCHEME: Category = Category::new(
    "deposit-scheme",
    "Deposit pension and monthly savings schemes",
    "Of scheduled banks and financial institutions.",
);
pub static GOVERNMENT_SECURITIES: Category = Category::new(
    "government-securities",
    "Government securities",
    "What was bought in the year.",
);
pub static FUND_UNITS: Category = Category::new(
    "fund-units",
    "Units of funds",
    "Mutual funds, exchange-traded funds, certificates of collective schemes, bought in the year.",
);
pub static LISTED_SHARES: Category = Category::new(
    "listed-shares",
    "Listed shares",
    "New money put into shares of listed companies in the year.",
);
pub static DONATIONS: Category = Category::new(
    "donations",
    "Donations",
    "To the Zakat fund and to institutions that the Sixth Schedule or a notification names.",
);
