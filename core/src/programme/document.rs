//! The rules, as they are pulled.

use chrono::NaiveDate;
use rusqlite::Transaction;
use serde::Deserialize;

use super::{
    rules::{Rules, RulesFault},
    store,
};
use crate::{
    http::Success,
    ids::MemberId,
    log::Code,
    sync::{Document, KeepFault},
};

/// The programme's rules. An invalid document is refused as a whole, and the last good one stays in force; one of a
/// family that this version does not compute is kept for the version that does.
pub struct RulesDocument;

#[derive(Deserialize)]
struct Head {
    version: u32,
    effective_from: NaiveDate,
}

impl Document for RulesDocument {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn path(&self) -> &'static str {
        "/v1/programme/rules"
    }

    fn is_personal(&self) -> bool {
        false
    }

    fn keep(&self, tx: &Transaction<'_>, _: &MemberId, success: &Success) -> Result<bool, KeepFault> {
        if let Err(fault @ (RulesFault::Malformed | RulesFault::Invalid(_))) = Rules::read(success.body()) {
            return Err(KeepFault::Refused(Code::of_words(&fault.to_string())));
        }
        let head: Head = success.decode().map_err(|_| KeepFault::Form)?;
        let body = std::str::from_utf8(success.body()).map_err(|_| KeepFault::Form)?;
        Ok(store::keep_rules(tx, head.version, &head.effective_from.to_string(), body)?)
    }
}
