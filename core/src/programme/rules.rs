//! The rules document. This version computes the family of the programme's default: rolling months, no end date,
//! down by balance without grace, returns at the purchase's date, tiers by a plain sum. A document of another
//! family is understood as far as "not computed here": the server's tier is shown, and no progress.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use crate::{ids::TierId, locale::Language, money::Kopecks};

/// A rules document of the default family.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Verdicts refer to it.
    pub version: u32,
    /// The first day on which it applies.
    pub effective_from: NaiveDate,
    /// The length of the window whose purchases count, in months.
    pub months: u32,
    /// What counts.
    pub counting: Counting,
    /// Which receipts are taken.
    pub receipts: ReceiptRules,
    /// From the first, which has no threshold, upwards.
    pub tiers: Vec<Tier>,
}

/// What counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Counting {
    /// A smaller purchase does not count.
    pub min_receipt: Kopecks,
    /// Shops of these categories do not count.
    pub excluded_categories: Vec<String>,
}

/// Which receipts are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ReceiptRules {
    /// An older receipt is refused.
    pub max_age_days: Option<u32>,
    /// A receipt that the tax service has not found for so long is rejected.
    pub not_found_after_days: Option<u32>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Names the tier.
    pub id: TierId,
    /// The purchases that it takes, inclusive; zero for the first.
    pub at_least: Kopecks,
    names: BTreeMap<String, String>,
}

/// Why a document cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesFault {
    /// Not a rules document.
    #[error("not a rules document")]
    Malformed,
    /// A document of a family that this version does not compute; the text is a JSON pointer.
    #[error("not computed by this version: {0}")]
    NotComputed(&'static str),
    /// The document contradicts itself; the text is a JSON pointer.
    #[error("invalid at {0}")]
    Invalid(String),
}

#[derive(Deserialize)]
struct Document {
    version: u32,
    effective_from: NaiveDate,
    period: Value,
    validity: Value,
    downgrade: String,
    #[serde(default)]
    grace_days: u32,
    returns: String,
    #[serde(default)]
    counting: Counting,
    #[serde(default)]
    campaigns: Vec<Value>,
    #[serde(default)]
    receipts: ReceiptRules,
    tiers: Vec<DocumentTier>,
}

#[derive(Deserialize)]
struct DocumentTier {
    id: TierId,
    name: BTreeMap<String, String>,
    require: Option<Requirement>,
}

#[derive(Deserialize)]
struct Requirement {
    metric: Option<String>,
    at_least: Option<Kopecks>,
}

impl Rules {
    /// Reads a document.
    ///
    /// # Errors
    /// [`RulesFault`]: nothing of the document is applied then.
    pub fn read(json: &[u8]) -> Result<Self, RulesFault> {
        let document: Document = serde_json::from_slice(json).map_err(|_| RulesFault::Malformed)?;
        let kind = |value: &Value, name: &str| value.get("kind").and_then(Value::as_str) == Some(name);
        let default_family = [
            (kind(&document.period, "rolling_months"), "/period"),
            (kind(&document.validity, "period_end"), "/validity"),
            (document.downgrade == "by_balance", "/downgrade"),
            (document.grace_days == 0, "/grace_days"),
            (document.returns == "original_date", "/returns"),
            (document.campaigns.is_empty(), "/campaigns"),
        ];
        if let Some((_, pointer)) = default_family.into_iter().find(|(holds, _)| !holds) {
            return Err(RulesFault::NotComputed(pointer));
        }
        let months = document.period.get("n").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let months =
            months.filter(|n| (1..=1200).contains(n)).ok_or_else(|| RulesFault::Invalid("/period/n".to_owned()))?;
        Ok(Self {
            version: document.version,
            effective_from: document.effective_from,
            months,
            counting: document.counting,
            receipts: document.receipts,
            tiers: read_tiers(document.tiers)?,
        })
    }

    /// A tier by its id.
    #[must_use]
    pub fn tier(&self, id: &TierId) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == *id)
    }

    /// The tier above `id`.
    #[must_use]
    pub fn above(&self, id: &TierId) -> Option<&Tier> {
        let place = self.tiers.iter().position(|tier| tier.id == *id)?;
        self.tiers.get(place + 1)
    }
}

impl Tier {
    /// The tier's name in `language`; its id where the document has none.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language.tag()).map_or(self.id.as_str(), String::as_str)
    }
}

fn read_tiers(documents: Vec<DocumentTier>) -> Result<Vec<Tier>, RulesFault> {
    let mut tiers: Vec<Tier> = Vec::with_capacity(documents.len());
    for (place, document) in documents.into_iter().enumerate() {
        let fault = |part: &str| RulesFault::Invalid(format!("/tiers/{place}{part}"));
        let at_least = match (place, document.require) {
            (0, None) => Kopecks::ZERO,
            (0, Some(_)) | (_, None) => return Err(fault("/require")),
            (_, Some(Requirement { metric: Some(metric), at_least: Some(at_least) })) if metric == "sum" => at_least,
            (_, Some(_)) => return Err(RulesFault::NotComputed("/tiers")),
        };
        if tiers.iter().any(|tier| tier.id == document.id) {
            return Err(fault("/id"));
        }
        if tiers.last().is_some_and(|below| at_least <= below.at_least) {
            return Err(fault("/require/at_least"));
        }
        tiers.push(Tier { id: document.id, at_least, names: document.name });
    }
    if tiers.is_empty() { Err(RulesFault::Invalid("/tiers".to_owned())) } else { Ok(tiers) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub const DEFAULT: &str = r#"{
        "version": 1, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
        "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
        "counting": {"min_receipt": 0, "excluded_categories": ["tobacco"]}, "campaigns": [],
        "receipts": {"max_age_days": 30, "not_found_after_days": 30}, "something_new": {},
        "tiers": [
            {"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}},
            {"id": "leto", "name": {"ru": "Лето", "en": "Summer"}, "require": {"metric": "sum", "at_least": 30000000}},
            {"id": "osen", "name": {"ru": "Осень", "en": "Autumn"}, "require": {"metric": "sum", "at_least": 100000000}}
        ]}"#;

    fn changed(from: &str, to: &str) -> Result<Rules, RulesFault> {
        assert!(DEFAULT.contains(from), "{from}");
        Rules::read(DEFAULT.replace(from, to).as_bytes())
    }

    #[test]
    fn the_default_is_read() {
        let rules = Rules::read(DEFAULT.as_bytes()).unwrap();
        assert_eq!((rules.version, rules.months, rules.tiers.len()), (1, 12, 3));
        assert_eq!(rules.tiers[1].name(Language::Ru), "Лето");
        assert_eq!(rules.above(&TierId::new("leto")).unwrap().id, TierId::new("osen"));
        assert_eq!(rules.above(&TierId::new("osen")), None);
    }

    #[test]
    fn another_family_is_not_computed_wrongly() {
        for (from, to, pointer) in [
            ("rolling_months", "calendar_year", "/period"),
            ("period_end", "forever", "/validity"),
            ("by_balance", "one_step", "/downgrade"),
            (r#""grace_days": 0"#, r#""grace_days": 5"#, "/grace_days"),
            ("original_date", "return_date", "/returns"),
            (r#""campaigns": []"#, r#""campaigns": [{}]"#, "/campaigns"),
            (r#""metric": "sum", "at_least": 30000000"#, r#""metric": "visits", "at_least": 3"#, "/tiers"),
            (r#""metric": "sum", "at_least": 30000000"#, r#""all_of": []"#, "/tiers"),
        ] {
            assert_eq!(changed(from, to), Err(RulesFault::NotComputed(pointer)), "{to}");
        }
    }

    #[test]
    fn an_invalid_document_is_refused_as_a_whole() {
        for (from, to, pointer) in [
            (r#""n": 12"#, r#""n": 0"#, "/period/n"),
            (r#""n": 12"#, r#""n": -1"#, "/period/n"),
            (r#""at_least": 100000000"#, r#""at_least": 30000000"#, "/tiers/2/require/at_least"),
            (r#""id": "osen""#, r#""id": "leto""#, "/tiers/2/id"),
            (
                r#""en": "Spring"}"#,
                r#""en": "Spring"}, "require": {"metric": "sum", "at_least": 1}"#,
                "/tiers/0/require",
            ),
        ] {
            assert_eq!(changed(from, to), Err(RulesFault::Invalid(pointer.to_owned())), "{to}");
        }
        for body in ["", "[]", "{}", "null", "\u{feff}{}"] {
            assert_eq!(Rules::read(body.as_bytes()), Err(RulesFault::Malformed));
        }
    }
}
