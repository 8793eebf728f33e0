//! Contributions to Social Security and Medicare, 26 USC 3101, 1401.

use pfms_tax::{Ledger, Person};

use crate::CENT;
use crate::figures::{
    PAYROLL_MEDICARE_RATE, PAYROLL_SOCIAL_SECURITY_BASE, PAYROLL_SOCIAL_SECURITY_RATE,
    SELF_EMPLOYMENT_DEDUCTIBLE_SHARE, SELF_EMPLOYMENT_LEAST, SELF_EMPLOYMENT_MEDICARE_RATE,
    SELF_EMPLOYMENT_NET_SHARE, SELF_EMPLOYMENT_SOCIAL_SECURITY_RATE,
};
use crate::household::Household;

/// What later steps need of the contributions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Payroll {
    /// Contributions of employees.
    pub(crate) employees: i64,
    /// Net earnings from self-employment of all who file, each not negative.
    pub(crate) net_earnings: i64,
    /// The part of the contributions on self-employment that lessens income.
    pub(crate) deductible: i64,
}

/// Adds the contributions of each who files.
pub(crate) fn calculate(household: &Household<'_>, ledger: &mut Ledger) -> Payroll {
    let mut payroll = Payroll::default();
    let mut self_employment = 0;
    for &person in household.people {
        payroll.employees += employee(household, person, ledger);
        let net = net_earnings(household, person);
        payroll.net_earnings += net;
        self_employment += self_employed(household, person, net, ledger);
    }
    payroll.deductible = SELF_EMPLOYMENT_DEDUCTIBLE_SHARE
        .at(household.year)
        .of(self_employment)
        .round(CENT);
    payroll
}

fn employee(household: &Household<'_>, person: Person, ledger: &mut Ledger) -> i64 {
    let year = household.year;
    let wages = household.wages(person);
    let base = PAYROLL_SOCIAL_SECURITY_BASE.at(year);
    let (social_rate, medicare_rate) = (
        PAYROLL_SOCIAL_SECURITY_RATE.at(year),
        PAYROLL_MEDICARE_RATE.at(year),
    );
    let social = social_rate.of(wages.min(base)).round(CENT);
    let medicare = medicare_rate.of(wages).round(CENT);
    ledger
        .contribution("payroll.social-security", "Social Security", social)
        .person(person)
        .uses(&PAYROLL_SOCIAL_SECURITY_RATE)
        .uses(&PAYROLL_SOCIAL_SECURITY_BASE)
        .because(&[&social_rate, &" of wages of ", &wages, &", at most of ", &base]);
    ledger
        .contribution("payroll.medicare", "Medicare", medicare)
        .person(person)
        .uses(&PAYROLL_MEDICARE_RATE)
        .because(&[&medicare_rate, &" of wages of ", &wages]);
    social + medicare
}

fn net_earnings(household: &Household<'_>, person: Person) -> i64 {
    let share = SELF_EMPLOYMENT_NET_SHARE.at(household.year);
    share.of(household.profit(person).max(0)).round(CENT)
}

fn self_employed(household: &Household<'_>, person: Person, net: i64, ledger: &mut Ledger) -> i64 {
    let year = household.year;
    if net < SELF_EMPLOYMENT_LEAST.at(year) {
        return 0;
    }
    let base = PAYROLL_SOCIAL_SECURITY_BASE.at(year);
    let room = base - household.wages(person).min(base);
    let social_rate = SELF_EMPLOYMENT_SOCIAL_SECURITY_RATE.at(year);
    let medicare_rate = SELF_EMPLOYMENT_MEDICARE_RATE.at(year);
    let social = social_rate.of(net.min(room)).round(CENT);
    let medicare = medicare_rate.of(net).round(CENT);
    ledger
        .contribution(
            "self-employment.social-security",
            "Social Security on self-employment",
            social,
        )
        .person(person)
        .uses(&SELF_EMPLOYMENT_SOCIAL_SECURITY_RATE)
        .uses(&SELF_EMPLOYMENT_NET_SHARE)
        .uses(&PAYROLL_SOCIAL_SECURITY_BASE)
        .because(&[
            &social_rate,
            &" of net earnings of ",
            &net,
            &", at most of ",
            &room,
            &" that wages leave of the base",
        ]);
    ledger
        .contribution(
            "self-employment.medicare",
            "Medicare on self-employment",
            medicare,
        )
        .person(person)
        .uses(&SELF_EMPLOYMENT_MEDICARE_RATE)
        .uses(&SELF_EMPLOYMENT_NET_SHARE)
        .because(&[&medicare_rate, &" of net earnings of ", &net]);
    social + medicare
}
