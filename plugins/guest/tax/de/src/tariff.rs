//! The tariff of income tax and the solidarity surcharge.

use pfms_tax::{Decimal, Rounding, Year};

use crate::figures as law;

const DOWN_TO_EUROS: Rounding = Rounding::down(1_00);

/// Income tax on so much taxable income, by splitting for two (EStG § 32a Abs. 1 and 5), in cents of whole euros.
pub fn income_tax(year: Year, taxable: i64, heads: i64) -> i64 {
    let heads = heads.max(1);
    // Half of the couple's income, rounded down to whole euros, is taxed and doubled.
    let each = Rounding::down(1_00).share(taxable.max(0), 1, heads);
    tariff(year, each) * heads
}

/// The tariff on whole euros.
fn tariff(year: Year, x: i64) -> i64 {
    let zero = law::TARIFF_ZERO_UPTO.at(year);
    let zone_2 = law::TARIFF_ZONE_2_UPTO.at(year);
    let zone_3 = law::TARIFF_ZONE_3_UPTO.at(year);
    let zone_4 = law::TARIFF_ZONE_4_UPTO.at(year);
    let ten_thousandths = |above: i64| Decimal::of_minor(x - above, 2).shift(-4);
    let euros = |amount: Decimal| amount.to_minor(2, DOWN_TO_EUROS);
    if x <= zero {
        0
    } else if x <= zone_2 {
        let y = ten_thousandths(zero);
        let (square, linear) = (
            law::TARIFF_ZONE_2_SQUARE.at(year),
            law::TARIFF_ZONE_2_LINEAR.at(year),
        );
        euros((square * y + linear) * y)
    } else if x <= zone_3 {
        let z = ten_thousandths(zone_2);
        let (square, linear) = (
            law::TARIFF_ZONE_3_SQUARE.at(year),
            law::TARIFF_ZONE_3_LINEAR.at(year),
        );
        let constant = Decimal::of_minor(law::TARIFF_ZONE_3_CONSTANT.at(year), 2);
        euros((square * z + linear) * z + constant)
    } else {
        let (rate, less) = if x <= zone_4 {
            (law::TARIFF_ZONE_4_RATE.at(year), law::TARIFF_ZONE_4_LESS.at(year))
        } else {
            (law::TARIFF_ZONE_5_RATE.at(year), law::TARIFF_ZONE_5_LESS.at(year))
        };
        (rate.of(x) - pfms_tax::Exact::amount(less)).round(DOWN_TO_EUROS)
    }
}

/// Solidarity surcharge on income tax by the tariff (SolzG 1995 §§ 3 and 4), in cents.
pub fn solidarity_surcharge(year: Year, income_tax: i64, heads: i64) -> i64 {
    let exempt = law::SOLIDARITY_SURCHARGE_EXEMPT.at(year) * heads;
    if income_tax <= exempt {
        return 0;
    }
    let full = law::SOLIDARITY_SURCHARGE_RATE.at(year).of(income_tax);
    let tapered = law::SOLIDARITY_SURCHARGE_TAPER.at(year).of(income_tax - exempt);
    full.min(tapered).round(Rounding::down(1))
}

#[cfg(test)]
mod tests {
    use pfms_tax::TaxRules;

    use super::*;
    use crate::Germany;

    fn year(number: u16) -> Year {
        Germany::country().figures.year(number).unwrap()
    }

    fn taxes(number: u16, euros: &[i64]) -> Vec<i64> {
        let tax = |euros: &i64| income_tax(year(number), euros * 1_00, 1) / 1_00;
        euros.iter().map(tax).collect()
    }

    // Expected amounts worked out with a pocket calculator from the formulas in the statute.
    #[test]
    fn the_tariff_of_2025_at_the_ends_of_its_zones() {
        let ends = [
            0, 12_096, 12_097, 17_443, 17_444, 60_000, 68_480, 68_481, 277_825, 277_826, 1_000_000,
        ];
        let expected = [
            0, 0, 0, 1_015, 1_015, 14_415, 17_849, 17_850, 105_774, 105_775, 430_753,
        ];
        assert_eq!(taxes(2025, &ends), expected);
    }

    #[test]
    fn the_tariff_of_2026_at_the_ends_of_its_zones() {
        let ends = [
            12_348, 12_349, 17_799, 17_800, 60_000, 69_878, 69_879, 277_825, 277_826,
        ];
        let expected = [0, 0, 1_034, 1_035, 14_233, 18_213, 18_213, 105_550, 105_551];
        assert_eq!(taxes(2026, &ends), expected);
    }

    #[test]
    fn income_is_rounded_down_to_whole_euros_before_the_tariff() {
        assert_eq!(income_tax(year(2025), 60_000_99, 1), 14_415_00);
        assert_eq!(income_tax(year(2025), -5_00, 1), 0);
    }

    #[test]
    fn splitting_doubles_the_tax_on_half() {
        assert_eq!(income_tax(year(2025), 120_000_00, 2), 28_830_00);
        assert_eq!(income_tax(year(2025), 120_001_99, 2), 28_830_00);
    }

    #[test]
    fn the_surcharge_grows_into_its_rate() {
        let surcharge = |tax: i64, heads| solidarity_surcharge(year(2025), tax, heads);
        assert_eq!(surcharge(19_950_00, 1), 0);
        assert_eq!(surcharge(19_951_00, 1), 11);
        // 0.119 (t - 19,950) = 0.055 t at 37,094.53.
        assert_eq!(surcharge(37_094_00, 1), 2_040_13);
        assert_eq!(surcharge(37_095_00, 1), 2_040_22);
        assert_eq!(surcharge(39_900_00, 2), 0);
        assert_eq!(surcharge(39_901_00, 2), 11);
    }
}
