//! The programme's rules, computed twice from one text without a line in common: by the core, and by the sandbox in SQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "these are tests")]

mod differential;
mod documents;
mod laws;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use vremena_core::programme::{engine::Engine, ledger::Ledger, rules::Rules};

use self::documents::Case;

fn read_rules(rules: &Value) -> Arc<Rules> {
    Arc::new(Rules::read(&serde_json::to_vec(rules).unwrap()).unwrap_or_else(|refused| panic!("{refused}: {rules}")))
}

fn read_ledger(ledger: &Value) -> Ledger {
    Ledger::read(&serde_json::to_vec(ledger).unwrap()).unwrap_or_else(|refused| panic!("{refused}: {ledger}"))
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The core's answer, from nothing.
fn answer(case: &Case) -> Value {
    let report = Engine::new(read_rules(&case.rules), read_ledger(&case.ledger)).at(instant(&case.at));
    serde_json::to_value(report).unwrap()
}
