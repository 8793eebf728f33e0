//! ISO 4217 currencies.

use std::fmt;
use std::str::FromStr;

/// A currency that is in use, by its ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// A text that is not the code of a currency in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an ISO 4217 code in upper case, for example USD")]
pub struct UnknownCurrency;

/// Currencies whose minor unit is not a hundredth (ISO 4217 list one, column "minor unit").
const EXPONENTS: &[(u8, &str)] = &[
    (
        0,
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// Currencies whose minor unit is a hundredth. Metals, bond units, test codes and "no currency" are left
/// out: nobody is paid in them.
const HUNDREDTHS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ \
    GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD \
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED \
    VES WST XCD XCG YER ZAR ZMW ZWG";

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// Japanese yen.
    pub const JPY: Self = Self(*b"JPY");

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        // The bytes come from the lists above, which are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many fraction digits the currency has: 0 to 4.
    #[must_use]
    pub fn exponent(self) -> u8 {
        EXPONENTS
            .iter()
            .find(|(_, codes)| listed(codes, self.code()))
            .map_or(2, |(exponent, _)| *exponent)
    }
}

fn listed(codes: &str, code: &str) -> bool {
    codes.split_ascii_whitespace().any(|listed| listed == code)
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let known = listed(HUNDREDTHS, text) || EXPONENTS.iter().any(|(_, codes)| listed(codes, text));
        if known {
            Ok(Self(code))
        } else {
            Err(UnknownCurrency)
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, UnknownCurrency};

    #[test]
    fn exponents_follow_iso_4217() {
        let exponent = |code: &str| code.parse::<Currency>().map(Currency::exponent);
        assert_eq!(exponent("USD"), Ok(2));
        assert_eq!(exponent("JPY"), Ok(0));
        assert_eq!(exponent("KWD"), Ok(3));
        assert_eq!(exponent("CLF"), Ok(4));
    }

    #[test]
    fn only_upper_case_codes_in_use_are_currencies() {
        for text in ["XXX1", "XXX", "usd", "US", "", "US D", "ÄB"] {
            assert_eq!(text.parse::<Currency>(), Err(UnknownCurrency), "{text}");
        }
    }
}
