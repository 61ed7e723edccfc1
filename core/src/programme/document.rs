//! The rules, as they are pulled.

use rusqlite::Transaction;

use super::{rules::Rules, store};
use crate::{
    http::Success,
    ids::MemberId,
    sync::{Document, KeepFault},
};

/// The programme's rules. An invalid document is refused as a whole, and the last good one stays in force.
pub struct RulesDocument;

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
        keep(tx, success, None)
    }
}

/// Keeps the document of a version that was asked for; another one is refused.
pub fn keep_version(tx: &Transaction<'_>, version: u32, success: &Success) -> Result<bool, KeepFault> {
    keep(tx, success, Some(version))
}

fn keep(tx: &Transaction<'_>, success: &Success, asked: Option<u32>) -> Result<bool, KeepFault> {
    let rules = Rules::read(success.body()).map_err(|refused| KeepFault::Refused(refused.codes()))?;
    let body = std::str::from_utf8(success.body()).map_err(|_| KeepFault::Form)?;
    if asked.is_some_and(|version| version != rules.version) {
        return Err(KeepFault::Form);
    }
    Ok(store::keep_rules(tx, rules.version, &rules.effective_from.to_string(), body)?)
}
