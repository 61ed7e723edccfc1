//! `vremena programme`, as a process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const EXAMPLES: &str = include_str!("../../fixtures/programme/examples.jsonl");

struct Files {
    folder: TempDir,
    example: Value,
}

impl Files {
    fn new() -> Self {
        let example = serde_json::from_str(EXAMPLES.lines().next().unwrap()).unwrap();
        let files = Self { folder: tempfile::tempdir().unwrap(), example };
        for name in ["rules", "ledger"] {
            files.write(name, &files.example[name]);
        }
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.json"))
    }

    fn write(&self, name: &str, document: &Value) {
        fs::write(self.path(name), document.to_string()).unwrap();
    }

    fn ask(&self, more: &[&str], zone: &str) -> Output {
        let mut command = vremena();
        command.arg("--rules").arg(self.path("rules")).arg("--ledger").arg(self.path("ledger"));
        command.args(["--at", self.example["at"].as_str().unwrap()]).args(more).env("TZ", zone).output().unwrap()
    }
}

fn vremena() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
    command.arg("programme");
    command
}

fn check(rules: &Path) -> Output {
    vremena().arg("check").arg(rules).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_answer_is_the_specified_one_in_every_zone() {
    let files = Files::new();
    for zone in ["UTC", "Asia/Vladivostok", "America/Anchorage"] {
        let output = files.ask(&["--json"], zone);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer, files.example["answer"], "{zone}");
    }
}

#[test]
fn the_page_tells_tier_bar_and_history() {
    let files = Files::new();
    let output = files.ask(&["--lang", "en"], "UTC");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let page = text(&output.stdout);
    for part in ["T2, earned, since", "To keep T2, by", "░░", "receipts: 0 of 1, 1 missing", "by entry p10"] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    let page = text(&files.ask(&[], "UTC").stdout);
    // The name's first letter is a Cyrillic one here.
    for part in ["Т2, заслужен, с", "Чтобы сохранить Т2, до конца дня", "чеки: 0 из 1, не хватает 1", "запись p10"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn documents_that_are_not_valid_are_told_with_every_fault() {
    let files = Files::new();
    let mut rules = files.example["rules"].clone();
    rules["zone"] = json!("Mars");
    rules["tiers"][1]["require"]["at_least"] = json!(0);
    files.write("rules", &rules);
    files.write("ledger", &json!({"joined": "2025-02-30", "entries": [{"id": "a", "kind": "gift"}]}));
    let output = files.ask(&["--json"], "UTC");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let told = text(&output.stderr);
    for place in
        ["rules.json: /zone: ", "/tiers/1/require/at_least: ", "/joined: ", "/entries/0/at: ", "/entries/0/kind: "]
    {
        assert!(told.contains(place), "{place} is not in\n{told}");
    }
    assert_eq!(check(&files.path("rules")).status.code(), Some(1));
}

#[test]
fn valid_rules_are_said_to_be_so() {
    let files = Files::new();
    let output = check(&files.path("rules"));
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), "version 1 is valid, with 3 tiers\n");
    let missing = check(Path::new("no-such-file.json"));
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("cannot read no-such-file.json"));
}
