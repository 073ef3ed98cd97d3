//! Money in minor units of one currency. Floats never touch a price.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no price, or no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMoney {
    /// More decimals than the currency has.
    #[error("{0:?} has more decimals than {code} has", code = .1.code())]
    TooFine(String, Currency),
    /// Neither digits with one decimal mark nor such digits with thousands marks.
    #[error("{0:?} is not an amount; write it like 1299.90")]
    Amount(String),
    /// Below zero.
    #[error("{0:?} is negative")]
    Negative(String),
    /// More than about 90 trillion units.
    #[error("{0:?} is too large")]
    TooLarge(String),
    /// In another currency than all else.
    #[error("{0:?} is not in {code}; prices of the shop are, so convert it", code = .1.code())]
    OtherCurrency(String, Currency),
    /// Not three ASCII letters.
    #[error("{0:?} is not a currency; write its ISO 4217 code, like USD")]
    Currency(String),
}

/// An ISO 4217 code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits behind the decimal mark: 2 but for the currencies that ISO 4217 lists with 0 or 3.
    pub fn decimals(&self) -> u32 {
        match self.code() {
            "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" | "PYG" => 0,
            "BHD" | "KWD" | "OMR" | "JOD" | "TND" => 3,
            _ => 2,
        }
    }

    /// The sign that shoppers read, or the code where there is none that everybody knows.
    pub fn sign(&self) -> Option<&'static str> {
        match self.code() {
            "USD" => Some("$"),
            "EUR" => Some("€"),
            "GBP" => Some("£"),
            "JPY" => Some("¥"),
            "INR" => Some("₹"),
            "CAD" => Some("CA$"),
            "AUD" => Some("A$"),
            _ => None,
        }
    }
}

impl FromStr for Currency {
    type Err = BadMoney;
    fn from_str(text: &str) -> Result<Self, BadMoney> {
        let upper = text.trim().to_ascii_uppercase();
        match <[u8; 3]>::try_from(upper.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Currency(code)),
            _ => Err(BadMoney::Currency(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = BadMoney;
    fn try_from(text: String) -> Result<Self, BadMoney> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// An amount, never negative, in minor units (cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Of this currency.
    pub currency: Currency,
}

impl Money {
    /// From minor units.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    /// Reads `1299.9`, `1.299,90`, `1,299.90`, `$12`, `12 USD`. A mark followed by exactly three digits and
    /// used once is a thousands mark when more digits than its group follow it nowhere else: `1.299` is
    /// 1299 only with `decimal_comma`.
    ///
    /// # Errors
    /// [`BadMoney`] with the text as it was written.
    pub fn parse(text: &str, currency: Currency, decimal_comma: bool) -> Result<Self, BadMoney> {
        Self::rounded(text, currency, decimal_comma).map(|(money, _)| money)
    }

    /// The same for amounts that somebody has decided on: nothing is rounded.
    ///
    /// # Errors
    /// [`BadMoney`] with the text as it was written.
    pub fn exact(text: &str, currency: Currency) -> Result<Self, BadMoney> {
        match Self::rounded(text, currency, false)? {
            (money, true) => Ok(money),
            (_, false) => Err(BadMoney::TooFine(text.to_owned(), currency)),
        }
    }

    /// The amount, and whether it is all of what was written.
    fn rounded(text: &str, currency: Currency, decimal_comma: bool) -> Result<(Self, bool), BadMoney> {
        let bad = || BadMoney::Amount(text.to_owned());
        let bare: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '$' | '€' | '£' | '¥' | '₹' | '\u{a0}' | '\''))
            .collect();
        let (bare, word) = without_word(&bare);
        if let Some(other) = other_currency(text, word, currency) {
            return Err(other);
        }
        if bare.starts_with('-') {
            return Err(BadMoney::Negative(text.to_owned()));
        }
        let (mark, thousands) = decimal_mark(bare, decimal_comma);
        let (whole, fraction) = match mark.and_then(|m| bare.rsplit_once(m)) {
            Some((whole, fraction)) => (whole, fraction),
            None => (bare, ""),
        };
        let whole: String = whole.chars().filter(|c| *c != thousands).collect();
        let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !digits(&whole) || !digits(fraction) {
            return Err(bad());
        }
        let decimals = currency.decimals() as usize;
        // Feeds write 12.5000 as well as 12.5; what is below the smallest coin is rounded half up.
        let rounds_up = fraction.as_bytes().get(decimals).is_some_and(|d| *d >= b'5');
        let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(decimals).collect();
        let minor: i64 = format!("{whole}{kept}").parse().map_err(|_| BadMoney::TooLarge(text.to_owned()))?;
        if minor > i64::MAX / 1000 {
            return Err(BadMoney::TooLarge(text.to_owned()));
        }
        let is_exact = fraction.bytes().skip(decimals).all(|digit| digit == b'0');
        Ok((Money { minor: minor + i64::from(rounds_up), currency }, is_exact))
    }

    /// `79.00`, with as many decimals as the currency has and no sign: for JSON and files.
    pub fn decimal(&self) -> String {
        let decimals = self.currency.decimals();
        if decimals == 0 {
            return self.minor.to_string();
        }
        let unit = 10_i64.pow(decimals);
        format!("{}.{:0width$}", self.minor / unit, self.minor % unit, width = decimals as usize)
    }

    /// The amount as a float, for ranking and charts only.
    pub fn as_f64(&self) -> f64 {
        self.minor as f64 / 10_f64.powi(self.currency.decimals() as i32)
    }
}

/// The amount without the letters on one side of it, and those letters.
fn without_word(text: &str) -> (&str, &str) {
    let behind = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    match &text[behind.len()..] {
        "" => {
            let bare = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
            (bare, text[..text.len() - bare.len()].trim_end_matches('.'))
        }
        word => (behind, word),
    }
}

/// Words and signs of money that are no code, lower case. An O is no zero, and an l no one.
const WORDS: [&str; 18] = [
    "", "r", "rs", "kr", "fr", "sfr", "lei", "ft", "zl", "kc", "tl", "rp", "rm", "dollar", "dollars", "euro",
    "euros", "pounds",
];

/// Why the letters and signs of an amount do not go with a currency; `None` when they do.
fn other_currency(text: &str, word: &str, currency: Currency) -> Option<BadMoney> {
    let signs = [('€', &["EUR"][..]), ('£', &["GBP"]), ('₹', &["INR"]), ('¥', &["JPY", "CNY"])];
    let foreign = signs.iter().any(|(sign, codes)| text.contains(*sign) && !codes.contains(&currency.code()));
    let is_code = word.len() == 3 && word.chars().all(|c| c.is_ascii_uppercase());
    if foreign || (is_code && word != currency.code()) {
        return Some(BadMoney::OtherCurrency(text.to_owned(), currency));
    }
    let known = word.eq_ignore_ascii_case(currency.code()) || WORDS.contains(&word.to_lowercase().as_str());
    (!known).then(|| BadMoney::Amount(text.to_owned()))
}

/// Which mark separates the decimals, and which the thousands.
fn decimal_mark(text: &str, decimal_comma: bool) -> (Option<char>, char) {
    let (preferred, other) = if decimal_comma { (',', '.') } else { ('.', ',') };
    match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) if dot > comma => (Some('.'), ','),
        (Some(_), Some(_)) => (Some(','), '.'),
        (None, None) => (None, other),
        (dot, _) => {
            let mark = if dot.is_some() { '.' } else { ',' };
            let groups_of_three =
                text.split(mark).skip(1).all(|g| g.len() == 3) && text.find(mark).is_some_and(|i| i <= 3);
            let repeated = text.matches(mark).count() > 1;
            match (mark == preferred, groups_of_three, repeated) {
                (_, true, true) | (false, true, _) => (None, mark),
                _ => (Some(mark), if mark == '.' { ',' } else { '.' }),
            }
        }
    }
}

impl fmt::Display for Money {
    /// `$79.00`, `€79.00`, or `79.00 SEK`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency.sign() {
            Some(sign) => write!(f, "{sign}{}", self.decimal()),
            None => write!(f, "{} {}", self.decimal(), self.currency.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str, comma: bool) -> Result<i64, BadMoney> {
        Money::parse(text, Currency::USD, comma).map(|m| m.minor)
    }

    #[test]
    fn prices_are_read_as_feeds_write_them() {
        for (text, comma, minor) in [
            ("79", false, 7900),
            ("79.9", false, 7990),
            ("$1,299.90", false, 129_990),
            ("1.299,90 $", true, 129_990),
            ("1.299", true, 129_900),
            ("1,299", false, 129_900),
            ("1.299", false, 130),
            ("2,55", false, 255),
            ("2,55", true, 255),
            ("12.345", false, 1235),
            ("1'299.50", false, 129_950),
            ("1.299.000", false, 129_900_000),
        ] {
            assert_eq!(usd(text, comma), Ok(minor), "{text}");
        }
        for (text, minor) in
            [("12 USD", 1200), ("USD 12", 1200), ("Rs.12", 1200), ("12 kr", 1200), ("R12", 1200)]
        {
            assert_eq!(usd(text, false), Ok(minor), "{text}");
        }
        for text in ["2O", "l2.50", "2OO", "12abc", "from 20", "12 EUR", "20 €", "£20"] {
            assert!(usd(text, false).is_err(), "{text}");
        }
        for text in ["", "free", "-3", "1.2.3", "12..3", "99999999999999999999"] {
            assert!(usd(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn prices_are_shown_with_their_sign_or_code() {
        let show =
            |minor, code: &str| Money::from_minor(minor, code.parse().expect("a currency")).to_string();
        assert_eq!(show(7900, "usd"), "$79.00");
        assert_eq!(show(500, "JPY"), "¥500");
        assert_eq!(show(7905, "SEK"), "79.05 SEK");
    }
}
