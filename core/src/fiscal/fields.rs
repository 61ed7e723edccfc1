//! The fields of a code, however they stand there.

use super::model::{DriveNumber, FiscalReceipt, ReceiptOperation};
use super::reason::{NotAReceipt, ReceiptField};
use super::values::{issued_at, number, total};

/// The values of the known fields, in the order of [`ReceiptField::ALL`]; a field may stand more than once.
pub(super) struct Fields<'a>([Vec<&'a str>; 6]);

impl<'a> Fields<'a> {
    /// Those of a text that is nothing but fields.
    pub(super) fn of_text(text: &'a str) -> Self {
        let text = text.split('#').next().unwrap_or_default().trim_end_matches([';', '$']);
        Self::of_pairs(text.split('&').filter_map(|pair| pair.split_once('=')))
    }

    /// Those among `pairs` of a key and a value; a key's case does not matter.
    pub(super) fn of_pairs(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut values = <[Vec<&str>; 6]>::default();
        for (key, value) in pairs {
            let known = ReceiptField::ALL.iter().position(|field| field.key().eq_ignore_ascii_case(key.trim()));
            if let Some(place) = known {
                values[place].push(value.trim());
            }
        }
        Self(values)
    }

    /// One field alone, such as a page's `t=5`, is still a chance.
    pub(super) fn look_like_a_receipt(&self) -> bool {
        self.required() >= 2
    }

    /// Whether every field is there that a receipt cannot be without.
    pub(super) fn are_complete(&self) -> bool {
        self.required() == 5
    }

    /// Whether they lead to one document of one drive.
    pub(super) fn name_a_document(&self) -> bool {
        self.have(ReceiptField::DriveNumber) && self.have(ReceiptField::FiscalSign)
    }

    /// The receipt they make.
    pub(super) fn receipt(&self) -> Result<FiscalReceipt, NotAReceipt> {
        if self.values(ReceiptField::IssuedAt).iter().any(|t| t.contains(['-', ':']) || t.contains("MSK")) {
            return Err(NotAReceipt::BrokenGenerator);
        }
        Ok(FiscalReceipt {
            issued_at: self.required_one(ReceiptField::IssuedAt, issued_at)?,
            total: self.required_one(ReceiptField::Total, total)?,
            drive_number: self.required_one(ReceiptField::DriveNumber, |text| DriveNumber::new(text).ok())?,
            document_number: self.required_one(ReceiptField::DocumentNumber, number)?,
            fiscal_sign: self.required_one(ReceiptField::FiscalSign, number)?,
            operation: self.one(ReceiptField::Operation, ReceiptOperation::from_code)?,
        })
    }

    fn values(&self, field: ReceiptField) -> &[&'a str] {
        &self.0[field as usize]
    }

    fn have(&self, field: ReceiptField) -> bool {
        !self.values(field).is_empty()
    }

    fn required(&self) -> usize {
        ReceiptField::ALL.iter().filter(|field| **field != ReceiptField::Operation && self.have(**field)).count()
    }

    fn required_one<T: PartialEq>(
        &self,
        field: ReceiptField,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, NotAReceipt> {
        self.one(field, read)?.ok_or(NotAReceipt::MissingField { field })
    }

    /// The one value of a field, however often it stands there.
    fn one<T: PartialEq>(
        &self,
        field: ReceiptField,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, NotAReceipt> {
        let mut values = self.values(field).iter().map(|text| read(text));
        let Some(first) = values.next() else {
            return Ok(None);
        };
        if values.any(|other| other != first) {
            return Err(NotAReceipt::ContradictoryField { field });
        }
        first.map(Some).ok_or(NotAReceipt::BadField { field })
    }
}
