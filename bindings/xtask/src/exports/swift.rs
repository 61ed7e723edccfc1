//! What LLVM's coverage says of the generated Swift. It names functions in their mangled form, but says at which line of
//! the source each begins: so the source tells whose it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Export, Kind, camel};
use crate::languages::swift::COVERAGE;

const SOURCE: &str = "ios/Generated/VremenaFFI/VremenaFFI.swift";

pub fn called(root: &Path, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    let report = fs::read(root.join(COVERAGE)).with_context(|| format!("{COVERAGE}: run the tests first"))?;
    let source = fs::read_to_string(root.join(SOURCE)).context(SOURCE)?;
    Ok(of_report(&executed(&serde_json::from_slice(&report)?), &source, exports))
}

/// The lines of the generated source at which a function begins that was executed.
fn executed(report: &Value) -> BTreeSet<usize> {
    let functions = report["data"].as_array().into_iter().flatten().filter_map(|part| part["functions"].as_array());
    let ours = |function: &&Value| {
        let files = function["filenames"].as_array();
        let file = files.and_then(|files| files.first()).and_then(Value::as_str);
        file.is_some_and(|file| file.ends_with(SOURCE)) && function["count"].as_u64() > Some(0)
    };
    let first_line = |function: &Value| usize::try_from(function["regions"][0][0].as_u64()?).ok();
    functions.flatten().filter(ours).filter_map(first_line).collect()
}

fn of_report(executed: &BTreeSet<usize>, source: &str, exports: &BTreeSet<Export>) -> BTreeSet<Export> {
    let mut called = BTreeSet::new();
    let mut of = "";
    for (line, text) in (1..).zip(source.lines()) {
        if let Some(name) = type_name(text) {
            of = name;
        } else if executed.contains(&line)
            && let Some((kind, name)) = declared(text)
        {
            let found = exports.iter().filter(|export| {
                export.kind == kind && export.of == of && (kind == Kind::Debug || camel(&export.name) == name)
            });
            called.extend(found.cloned());
        }
    }
    called
}

/// The type whose members follow; those of a port are in the table of its callbacks.
fn type_name(text: &str) -> Option<&str> {
    let name = ["open class ", "public struct ", "public enum ", "public protocol ", "fileprivate struct "]
        .iter()
        .find_map(|head| text.strip_prefix(head))?;
    let name = name.strip_prefix("UniffiCallbackInterface").unwrap_or(name);
    name.split(|character: char| !character.is_alphanumeric()).next()
}

fn declared(text: &str) -> Option<(Kind, &str)> {
    if text.starts_with("public var debugDescription") {
        return Some((Kind::Debug, ""));
    }
    if let Some(call) = text.strip_prefix("open func ").or_else(|| text.strip_prefix("public static func ")) {
        // A name that is also a word of the language stands in backticks.
        return Some((Kind::Call, call.split('(').next()?.trim_matches('`')));
    }
    Some((Kind::Port, text.strip_prefix("        ")?.strip_suffix(": { (")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE_TEXT: &str = "\
open class Receipts: ReceiptsProtocol, @unchecked Sendable {
open func captureText(text: String)async throws  -> Capture  {
open func observe(listener: ReceiptsListener)throws  -> Subscription  {
open class VremenaCore: VremenaCoreProtocol, @unchecked Sendable {
public static func `open`(config: Config, ports: Ports)async throws  -> VremenaCore  {
fileprivate struct UniffiCallbackInterfaceClock {
        now: { (
        later: { (
public struct Card: Equatable, Hashable, CustomDebugStringConvertible {
public var debugDescription: String {
";

    fn report(lines: &[usize]) -> Value {
        let function = |line: &usize, count: u64, file: &str| serde_json::json!({ "count": count, "filenames": [file], "regions": [[line, 5, line + 1, 2, count, 0, 0, 0]] });
        let mut functions: Vec<_> =
            lines.iter().map(|line| function(line, 3, "/tree/ios/Generated/VremenaFFI/VremenaFFI.swift")).collect();
        functions.push(function(&3, 0, "/tree/ios/Generated/VremenaFFI/VremenaFFI.swift"));
        functions.push(function(&8, 1, "/tree/tests/swift/Tests/Other.swift"));
        serde_json::json!({ "data": [{ "functions": functions }] })
    }

    #[test]
    fn tells_what_was_called_from_what_was_not() {
        let list = "call Receipts.capture_text\ncall Receipts.observe\ncall VremenaCore.open\nport Clock.now\n\
                    port Clock.later\ndebug Card.debug";
        let exports = super::super::read(list).unwrap();
        let all = of_report(&executed(&report(&[2, 5, 7, 10])), SOURCE_TEXT, &exports);
        let missing: Vec<_> = exports.difference(&all).map(|export| export.name.as_str()).collect();
        assert_eq!(missing, ["observe", "later"]);
        assert!(of_report(&executed(&report(&[])), SOURCE_TEXT, &exports).is_empty());
    }
}
