//! What a fiscal receipt's code says.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::manual::ManualEntry;
use crate::money::Kopecks;

/// The number of a till's fiscal drive (`fn`): 1 to 16 digits.
///
/// A string and no number: `000110000105` and `110000105` are two drives.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DriveNumber(String);

/// A drive number that is not 1 to 16 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a fiscal drive's number is 1 to 16 digits")]
pub struct InvalidDriveNumber;

impl DriveNumber {
    /// Takes 1 to 16 ASCII digits as they stand, leading zeros included.
    pub fn new(digits: impl Into<String>) -> Result<Self, InvalidDriveNumber> {
        let digits = digits.into();
        let valid = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if valid { Ok(Self(digits)) } else { Err(InvalidDriveNumber) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! hidden {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

hidden!(DriveNumber FiscalReceipt FiscalIdentity ManualEntry);

impl fmt::Display for DriveNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DriveNumber {
    type Error = InvalidDriveNumber;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        Self::new(digits)
    }
}

impl From<DriveNumber> for String {
    fn from(number: DriveNumber) -> Self {
        number.0
    }
}

/// What the till did (`n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOperation {
    /// `n=1`: somebody bought.
    Sale,
    /// `n=2`: a purchase was brought back. Never adds to a sum.
    SaleReturn,
    /// `n=3`: the shop paid somebody.
    Payout,
    /// `n=4`: such a payment came back.
    PayoutReturn,
}

impl ReceiptOperation {
    /// The name on the wire and in SQL, the same as in serde.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::SaleReturn => "sale_return",
            Self::Payout => "payout",
            Self::PayoutReturn => "payout_return",
        }
    }

    /// The operation of a name given by [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Sale, Self::SaleReturn, Self::Payout, Self::PayoutReturn].into_iter().find(|o| o.name() == name)
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        match code {
            "1" => Some(Self::Sale),
            "2" => Some(Self::SaleReturn),
            "3" => Some(Self::Payout),
            "4" => Some(Self::PayoutReturn),
            _ => None,
        }
    }

    /// The number in the code and on paper.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Sale => 1,
            Self::SaleReturn => 2,
            Self::Payout => 3,
            Self::PayoutReturn => 4,
        }
    }
}

/// All that a receipt's QR code says. `Debug` leaves it out: it is the member's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FiscalReceipt {
    /// `fn`.
    pub drive_number: DriveNumber,
    /// `i`, the fiscal document's number within its drive.
    pub document_number: u32,
    /// `fp`; only the tax service can verify it.
    pub fiscal_sign: u32,
    /// `s`, not negative.
    pub total: Kopecks,
    /// `t`: the till's clock, local time of Moscow; it may be off by minutes.
    pub issued_at: NaiveDateTime,
    /// `n`; `None` where the code leaves it out, until the tax service answers.
    pub operation: Option<ReceiptOperation>,
}

impl FiscalReceipt {
    /// What makes it this receipt and no other.
    pub fn identity(&self) -> FiscalIdentity {
        FiscalIdentity {
            drive_number: self.drive_number.clone(),
            document_number: self.document_number,
            fiscal_sign: self.fiscal_sign,
        }
    }

    /// The canonical text of the code: fields in the tax service's order, kopecks always, seconds only where they are
    /// not zero. [`parse`](super::parse) gives the same receipt back.
    pub fn to_text(&self) -> String {
        let time = if self.issued_at.second() == 0 { "%Y%m%dT%H%M" } else { "%Y%m%dT%H%M%S" };
        let total = self.total.get();
        let mut text = format!(
            "t={}&s={}.{:02}&fn={}&i={}&fp={}",
            self.issued_at.format(time),
            total / 100,
            total % 100,
            self.drive_number,
            self.document_number,
            self.fiscal_sign,
        );
        if let Some(operation) = self.operation {
            text.push_str("&n=");
            text.push(char::from(b'0' + operation.code()));
        }
        text
    }
}

/// `fn` + `i` + `fp`: finds duplicates. All three, so that a mistyped `fp` never blocks the right receipt.
///
/// Its text, `fn:i:fp`, is stable and is the key in SQL: one identity has exactly one text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiscalIdentity {
    /// `fn`.
    pub drive_number: DriveNumber,
    /// `i`.
    pub document_number: u32,
    /// `fp`.
    pub fiscal_sign: u32,
}

/// A text that is not what [`FiscalIdentity`] displays as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a fiscal identity")]
pub struct InvalidIdentity;

impl fmt::Display for FiscalIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.drive_number, self.document_number, self.fiscal_sign)
    }
}

impl FromStr for FiscalIdentity {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        let mut next = || parts.next().ok_or(InvalidIdentity);
        let identity = Self {
            drive_number: DriveNumber::new(next()?).map_err(|_| InvalidIdentity)?,
            document_number: next()?.parse().map_err(|_| InvalidIdentity)?,
            fiscal_sign: next()?.parse().map_err(|_| InvalidIdentity)?,
        };
        // `007` and `+7` are numbers too, and would be second texts of one identity.
        if identity.to_string() == text { Ok(identity) } else { Err(InvalidIdentity) }
    }
}
