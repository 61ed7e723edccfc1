use serde_json::Value;

use super::*;

const EXAMPLES: &str = include_str!("../../../../tests/fixtures/programme/examples.jsonl");

fn part(example: &Value, name: &str) -> Vec<u8> {
    serde_json::to_vec(&example[name]).unwrap()
}

fn difference(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            let names: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for name in names {
                let of = |object: &serde_json::Map<String, Value>| object.get(name).cloned().unwrap_or(Value::Null);
                difference(&format!("{path}/{name}"), &of(one), &of(other), found);
            }
        }
        _ if ours != theirs => found.push(format!("{path}: {ours} and not {theirs}")),
        _ => {}
    }
}

#[test]
fn the_examples_come_out_as_they_stand_there() {
    let mut found = Vec::new();
    for (line, example) in EXAMPLES.lines().enumerate() {
        let example: Value = serde_json::from_str(example).unwrap();
        let rules = Rules::read(&part(&example, "rules")).unwrap();
        let ledger = Ledger::read(&part(&example, "ledger")).unwrap();
        let at: DateTime<Utc> = example["at"].as_str().unwrap().parse().unwrap();
        let report = Engine::new(Arc::new(rules), ledger).at(at);
        difference(&format!("{}", line + 1), &serde_json::to_value(&report).unwrap(), &example["answer"], &mut found);
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}
