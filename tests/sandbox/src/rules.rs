use std::cell::RefCell;
use std::rc::Rc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use rusqlite::{OptionalExtension, Transaction};
use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::backend::Backend;
use crate::etag;
use crate::extract::Path;
use crate::openapi::problems;
use crate::problem::{Kind, Problem};
use crate::programme::Programme;
use crate::texts::Texts;

/// What the sandbox itself reads of a rules document. Everything else it only hands on, valid or not:
/// the client must cope with documents that are not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) version: i64,
    pub(crate) programme: Programme,
    pub(crate) max_age_days: i64,
    pub(crate) not_found_after_days: i64,
}

impl Rules {
    /// `None` when it is no object with a version and tiers.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let version = document.get("version")?.as_i64()?;
        let number = |pointer| document.pointer(pointer).and_then(Value::as_i64);
        Some(Self {
            version,
            programme: Programme::read(document)?,
            // Bounded, or the emulator would ask about a lost receipt for centuries of a moved clock.
            max_age_days: number("/receipts/max_age_days").unwrap_or(30).clamp(0, 36_600),
            not_found_after_days: number("/receipts/not_found_after_days").unwrap_or(30).clamp(0, 366),
        })
    }
}

problems!(RulesProblems: []);
problems!(VersionProblems: [NotFound]);

/// The rules in force
#[utoipa::path(get, path = "/v1/programme/rules", tag = "programme", operation_id = "show_rules",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The rules document", body = RulesDocument,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        RulesProblems))]
pub(crate) async fn show(State(backend): State<Backend>, headers: HeaderMap) -> Result<Response, Problem> {
    let document = backend.store().write(|tx| Ok(document(tx)?))?;
    Ok(etag::answer(&headers, document))
}

/// The rules of a version
///
/// Verdicts name the version that they were made by. What was put under it last is shown.
#[utoipa::path(get, path = "/v1/programme/rules/{version}", tag = "programme", operation_id = "show_rules_version",
    params(
        ("version" = i64, Path, description = "From a document, or the `rules_version` of a receipt"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag the client has")),
    responses(
        (status = 200, description = "The rules document", body = RulesDocument,
            headers(("ETag" = String, description = "For If-None-Match"))),
        (status = 304, description = "The client has it already",
            headers(("ETag" = String, description = "As sent"))),
        VersionProblems))]
pub(crate) async fn show_version(
    State(backend): State<Backend>,
    Path(version): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // What is no number names no version either.
    let version = version.parse::<i64>().map_err(|_| Problem::new(Kind::NotFound))?;
    let document = backend.store().write(|tx| Ok(of_version(tx, version)?))?;
    Ok(etag::answer(&headers, document.ok_or_else(|| Problem::new(Kind::NotFound))?))
}

thread_local! {
    /// What was read last: nearly every request asks, and a document stays in force for months.
    static LAST_READ: RefCell<Option<(String, Rc<Rules>)>> = const { RefCell::new(None) };
}

pub(crate) fn in_force(tx: &Transaction<'_>) -> Result<Rc<Rules>, Problem> {
    let text = document(tx)?;
    LAST_READ.with_borrow_mut(|last| {
        if let Some((_, rules)) = last.as_ref().filter(|(read, _)| *read == text) {
            return Ok(Rc::clone(rules));
        }
        let document: Value = serde_json::from_str(&text).map_err(|_| Problem::new(Kind::Internal))?;
        let rules = Rc::new(Rules::read(&document).ok_or_else(|| Problem::new(Kind::Internal))?);
        *last = Some((text, Rc::clone(&rules)));
        Ok(rules)
    })
}

/// What a tier is called; its id where the document does not say.
pub(crate) fn tier_name(tx: &Transaction<'_>, id: &str) -> Result<Texts, Problem> {
    let document: Value = serde_json::from_str(&document(tx)?).map_err(|_| Problem::new(Kind::Internal))?;
    let mut tiers = document.get("tiers").and_then(Value::as_array).into_iter().flatten();
    let tier = tiers.find(|tier| tier.get("id") == Some(&id.into()));
    let name = |pointer| tier.and_then(|tier| tier.pointer(pointer)).and_then(Value::as_str).unwrap_or(id);
    Ok(Texts::new(name("/name/ru"), name("/name/en")))
}

/// Puts a document in force at once, whatever its `effective_from` says.
///
/// # Errors
/// `invalid-rules` when it is no object with a version and tiers.
pub(crate) fn put(tx: &Transaction<'_>, document: &Value) -> Result<(), Problem> {
    Rules::read(document).ok_or_else(|| Problem::new(Kind::InvalidRules))?;
    tx.execute("INSERT INTO rules (document) VALUES (?1)", [document.to_string()])?;
    Ok(())
}

/// Every document, the one in force first.
pub(crate) fn all(tx: &Transaction<'_>) -> Result<Vec<Value>, Problem> {
    let mut statement = tx.prepare_cached("SELECT document FROM rules ORDER BY position DESC")?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    texts.iter().map(|text| serde_json::from_str(text).map_err(|_| Problem::new(Kind::Internal))).collect()
}

fn document(tx: &Transaction<'_>) -> rusqlite::Result<String> {
    tx.prepare_cached("SELECT document FROM rules ORDER BY position DESC LIMIT 1")?.query_row([], |row| row.get(0))
}

fn of_version(tx: &Transaction<'_>, version: i64) -> rusqlite::Result<Option<String>> {
    tx.prepare_cached(
        "SELECT document FROM rules WHERE json_extract(document, '$.version') = ?1 ORDER BY position DESC LIMIT 1",
    )?
    .query_row([version], |row| row.get(0))
    .optional()
}

/// The API's name for a rules document. Only what every document has is fixed: its reader validates the rest.
pub(crate) struct RulesDocument;

impl ToSchema for RulesDocument {}

impl PartialSchema for RulesDocument {
    fn schema() -> RefOr<Schema> {
        let tier = ObjectBuilder::new()
            .property("id", ObjectBuilder::new().schema_type(Type::String))
            .required("id")
            .additional_properties(Some(AdditionalProperties::FreeForm(true)));
        let section = || ObjectBuilder::new().schema_type(Type::Object);
        ObjectBuilder::new()
            .description(Some("The programme's rules"))
            .property("version", ObjectBuilder::new().schema_type(Type::Integer))
            .required("version")
            .property("tiers", ArrayBuilder::new().items(tier).min_items(Some(1)))
            .required("tiers")
            .property("effective_from", ObjectBuilder::new().schema_type(Type::String))
            .property("zone", ObjectBuilder::new().schema_type(Type::String))
            .property("period", section())
            .property("validity", section())
            .property("downgrade", ObjectBuilder::new().schema_type(Type::String))
            .property("grace_days", ObjectBuilder::new().schema_type(Type::Integer))
            .property("returns", ObjectBuilder::new().schema_type(Type::String))
            .property("counting", section())
            .property("campaigns", ArrayBuilder::new().items(section()))
            .property("reminders", section())
            .property("receipts", section())
            .property("benefits", ArrayBuilder::new().items(section()))
            .property("legal", section())
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_document_is_read_whole() {
        let document: Value = serde_json::from_str(include_str!("rules.json")).unwrap();
        let rules = Rules::read(&document).unwrap();
        assert_eq!(rules.programme.tier_ids().collect::<Vec<_>>(), ["vesna", "leto", "osen", "zima"]);
        assert_eq!((rules.version, rules.programme.min_receipt), (1, 1));
        assert_eq!((rules.max_age_days, rules.not_found_after_days), (30, 30));
    }

    #[test]
    fn only_an_object_with_a_version_and_tiers_is_a_document() {
        for broken in [
            json!(null),
            json!([]),
            json!({"version": 1}),
            json!({"version": "1", "tiers": [{"id": "a"}]}),
            json!({"version": 1, "tiers": []}),
            json!({"version": 1, "tiers": [{"name": "a"}]}),
        ] {
            assert_eq!(Rules::read(&broken), None, "{broken}");
        }
        assert!(Rules::read(&json!({"version": 1, "tiers": [{"id": "a"}], "period": 7, "counting": null})).is_some());
    }
}
