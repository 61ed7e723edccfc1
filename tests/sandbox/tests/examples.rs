//! The tier under all families of rules, compared with answers that another implementation gave.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use vremena_sandbox::programme::Reference;

const EXAMPLES: &str = include_str!("../../fixtures/programme/examples.jsonl");

#[test]
fn the_examples_have_the_same_answers() {
    let reference = Reference::open().unwrap();
    let mut differences = Vec::new();
    for (number, line) in (1..).zip(EXAMPLES.lines()) {
        let example: Value = serde_json::from_str(line).unwrap();
        let answer = reference.answer(&example["rules"], &example["ledger"], example["at"].as_str().unwrap()).unwrap();
        compare(&format!("line {number}: "), &answer, &example["answer"], &mut differences);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Notes where the answers differ, by JSON pointer.
fn compare(place: &str, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(our), Value::Object(their)) => {
            let mut names: Vec<_> = our.keys().chain(their.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let place = format!("{place}/{name}");
                match our.get(name).zip(their.get(name)) {
                    Some((our, their)) => compare(&place, our, their, differences),
                    None => differences.push(format!("{place}\n  only in one of them")),
                }
            }
        }
        (Value::Array(our), Value::Array(their)) if our.len() == their.len() => {
            for (index, (our, their)) in our.iter().zip(their).enumerate() {
                compare(&format!("{place}/{index}"), our, their, differences);
            }
        }
        _ if ours == theirs => {}
        _ => differences.push(format!("{place}\n  ours   {ours}\n  theirs {theirs}")),
    }
}
