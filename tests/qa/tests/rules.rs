//! `vremena rules`, as a process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The sandbox's own document.
const DOCUMENT: &str = include_str!("../../sandbox/src/rules.json");

struct Files(TempDir);

impl Files {
    /// The document as `old.json`, and with another threshold, a campaign and a legal text as `new.json`.
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
        files.write("old.json", &document);
        document["version"] = json!(2);
        document["effective_from"] = json!("2026-03-01");
        document["tiers"][1]["require"]["at_least"] = json!(20_000_050);
        document["campaigns"] = json!([{"id": "march", "from": "2026-03-01", "until": "2026-03-31", "percent": 150, "categories": ["kids"]}]);
        document["legal"] = json!({"url": "https://gallery.example/rules-2.pdf", "sha256": "ab".repeat(32),
            "text": {"ru": "Правила программы", "en": "The programme's rules"}});
        files.write("new.json", &document);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, document: &Value) {
        fs::write(self.path(name), document.to_string()).unwrap();
    }

    fn rules(&self, name: &str, more: &[&str]) -> Output {
        self.command(name).args(more).output().unwrap()
    }

    fn compared(&self, more: &[&str]) -> Output {
        self.command("old.json").arg("--compare").arg(self.path("new.json")).args(more).output().unwrap()
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
        command.arg("rules").arg("--rules").arg(self.path(name));
        command
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\u{a0}', "_")
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn the_rules_are_told_in_either_language() {
    let files = Files::new();
    let russian = told(&files.rules("new.json", &[]));
    for line in [
        "Уровни",
        "  «Лето»: покупки не меньше чем на 200_000,50_₽.",
        "  «Осень»: Закрытые предпродажи магазинов",
        "  Акция с 1 марта 2026 по 31 марта 2026: покупки в категории «детские товары» засчитываются в 1,5-кратном размере.",
        "  Версия 2 действует с 1 марта 2026.",
        "Правила программы",
    ] {
        assert!(russian.lines().any(|told| told == line), "{line} is not in\n{russian}");
    }
    let english = told(&files.rules("old.json", &["--lang", "en"]));
    for line in ["Tiers", "  Summer: purchases of at least 300,000_₽.", "  Receipts up to 30 days old are taken."] {
        assert!(english.lines().any(|told| told == line), "{line} is not in\n{english}");
    }
}

#[test]
fn json_has_the_same_sentences_by_their_keys() {
    let files = Files::new();
    let rulebook: Value = serde_json::from_slice(&files.rules("new.json", &["--json", "--lang", "en"]).stdout).unwrap();
    assert_eq!((&rulebook["version"], &rulebook["effective_from"]), (&json!(2), &json!("2026-03-01")));
    assert_eq!(rulebook["legal"]["text"], "The programme's rules");
    let tiers = &rulebook["sections"][0];
    assert_eq!((&tiers["key"], &tiers["title"]), (&json!("tiers"), &json!("Tiers")));
    let sentence = json!({"key": "tier:leto", "text": "Summer: purchases of at least 200,000.50\u{a0}₽."});
    assert!(tiers["sentences"].as_array().unwrap().contains(&sentence), "{tiers}");
}

#[test]
fn what_changes_is_told_sentence_by_sentence() {
    let files = Files::new();
    assert_eq!(
        told(&files.compared(&["--lang", "en"])),
        "tier:leto
- Summer: purchases of at least 300,000_₽.
+ Summer: purchases of at least 200,000.50_₽.

campaign:march
+ Campaign from 1 March 2026 to 31 March 2026: purchases in the category “children” count 1.5 times.

effective_from
- Version 1 applies from 1 January 2026.
+ Version 2 applies from 1 March 2026.

legal
+ The programme's rules
"
    );
    let changes: Value = serde_json::from_slice(&files.compared(&["--json"]).stdout).unwrap();
    assert_eq!(changes.as_array().unwrap().len(), 4);
    assert_eq!((&changes[1]["key"], &changes[1]["before"]), (&json!("campaign:march"), &json!(null)));
}

#[test]
fn documents_that_are_not_valid_are_told_with_every_fault() {
    let files = Files::new();
    files.write("old.json", &json!({"version": 1}));
    files.write("new.json", &json!({"version": 2, "legal": {"url": "http://gallery.example"}}));
    let output = files.compared(&["--json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let told = text(&output.stderr);
    for place in ["old.json: /tiers: ", "new.json: /tiers: ", "new.json: /legal/url: ", "new.json: /legal/sha256: "] {
        assert!(told.contains(place), "{place} is not in\n{told}");
    }
    let missing = files.rules("none.json", &[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("cannot read"));
}

#[test]
fn a_phones_own_rules_are_told_by_version() {
    let folder = tempfile::tempdir().unwrap();
    let vremena = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_vremena"))
            .args(arguments)
            .arg("--directory")
            .arg(folder.path())
            .output()
            .unwrap()
    };
    assert!(vremena(&["demo", "--json"]).status.success());
    let told = vremena(&["rules", "--json"]);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let first: Value = serde_json::from_slice(&vremena(&["rules", "--json", "--version", "1"]).stdout).unwrap();
    assert_eq!((&told, &told["version"]), (&first, &json!(1)));
    let same = vremena(&["rules", "--json", "--version", "1", "--changes-to", "1"]);
    assert_eq!(serde_json::from_slice::<Value>(&same.stdout).unwrap(), json!([]));
    let unknown = vremena(&["rules", "--version", "7"]);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("it has version 1"));
}
