//! Why a text is no receipt. Reasons carry nothing that the code said: they go into logs.

use std::fmt;

use thiserror::Error;

/// A field of the code, and of the form for typing a receipt in by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReceiptField {
    /// `t`.
    IssuedAt,
    /// `s`.
    Total,
    /// `fn`.
    DriveNumber,
    /// `i`.
    DocumentNumber,
    /// `fp`.
    FiscalSign,
    /// `n`.
    Operation,
}

impl ReceiptField {
    /// Every field, in the order of the code.
    pub const ALL: [Self; 6] =
        [Self::IssuedAt, Self::Total, Self::DriveNumber, Self::DocumentNumber, Self::FiscalSign, Self::Operation];

    /// The name it has inside the code.
    pub fn key(self) -> &'static str {
        match self {
            Self::IssuedAt => "t",
            Self::Total => "s",
            Self::DriveNumber => "fn",
            Self::DocumentNumber => "i",
            Self::FiscalSign => "fp",
            Self::Operation => "n",
        }
    }

    /// Its stable name in JSON, and part of a message's id.
    pub fn name(self) -> &'static str {
        match self {
            Self::IssuedAt => "issued_at",
            Self::Total => "total",
            Self::DriveNumber => "drive_number",
            Self::DocumentNumber => "document_number",
            Self::FiscalSign => "fiscal_sign",
            Self::Operation => "operation",
        }
    }
}

impl fmt::Display for ReceiptField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// Which of a receipt's requisites an operator's link gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Requisites {
    /// `t`.
    pub issued_at: bool,
    /// `s`.
    pub total: bool,
    /// `fn`.
    pub drive_number: bool,
    /// `i`.
    pub document_number: bool,
    /// `fp`.
    pub fiscal_sign: bool,
}

impl Requisites {
    /// Those that a receipt needs and the link does not give.
    pub fn missing(self) -> impl Iterator<Item = ReceiptField> {
        let has = [self.issued_at, self.total, self.drive_number, self.document_number, self.fiscal_sign];
        ReceiptField::ALL.into_iter().zip(has).filter(|(_, has)| !has).map(|(field, _)| field)
    }

    pub(super) fn add(&mut self, field: ReceiptField) {
        match field {
            ReceiptField::IssuedAt => self.issued_at = true,
            ReceiptField::Total => self.total = true,
            ReceiptField::DriveNumber => self.drive_number = true,
            ReceiptField::DocumentNumber => self.document_number = true,
            ReceiptField::FiscalSign => self.fiscal_sign = true,
            // A receipt is complete without it.
            ReceiptField::Operation => {}
        }
    }
}

/// Why a text is no receipt, said so that a member can be told what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum NotAReceipt {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// Longer than [`MAX_TEXT_BYTES`](super::MAX_TEXT_BYTES); no QR code holds so much.
    #[error("the text is too long")]
    TooLong,
    /// Bytes that are not UTF-8.
    #[error("the bytes are no text")]
    NotText,
    /// A control character inside, as in binary codes.
    #[error("the text has control characters")]
    ControlCharacters,
    /// Some other code: a menu, an advertisement, a contact.
    #[error("another code (link: {link})")]
    OtherCode {
        /// Whether it is a web link.
        link: bool,
    },
    /// A link to the receipt at its fiscal data operator: it names some requisites or none, never all.
    #[error("a link of the fiscal data operator {operator}")]
    OperatorLink {
        /// The operator's domain as this module knows it, or `other`.
        operator: &'static str,
        /// What the link says by itself.
        has: Requisites,
    },
    /// A receipt of another country.
    #[error("a receipt of another country: {country}")]
    ForeignReceipt {
        /// ISO 3166-1 alpha-2.
        country: &'static str,
    },
    /// A till that writes dates for humans, such as `t=2020-03-27MSK18:17`. Such tills write the sum in kopecks or in
    /// roubles, nobody can tell: a hundredfold error, so nothing is guessed.
    #[error("written by a broken generator")]
    BrokenGenerator,
    /// A field that a receipt cannot be without.
    #[error("the field {field} is missing")]
    MissingField {
        /// Which.
        field: ReceiptField,
    },
    /// A field that has no meaning as it stands.
    #[error("the field {field} is malformed")]
    BadField {
        /// Which.
        field: ReceiptField,
    },
    /// A field that stands twice and says two things.
    #[error("the field {field} contradicts itself")]
    ContradictoryField {
        /// Which.
        field: ReceiptField,
    },
}

impl NotAReceipt {
    /// The stable name of the reason: `reason` in JSON, and part of a message's id.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NotText => "not_text",
            Self::ControlCharacters => "control_characters",
            Self::OtherCode { .. } => "not_a_receipt",
            Self::OperatorLink { .. } => "operator_link",
            Self::ForeignReceipt { .. } => "foreign_receipt",
            Self::BrokenGenerator => "broken_generator",
            Self::MissingField { .. } => "missing_field",
            Self::BadField { .. } => "bad_field",
            Self::ContradictoryField { .. } => "contradictory_field",
        }
    }
}
