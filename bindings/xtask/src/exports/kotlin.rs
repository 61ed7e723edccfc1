//! What JaCoCo's reports say of the generated Kotlin, and of the kit.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use roxmltree::{Document, Node, ParsingOptions};

use super::{Export, Kind, camel};
use crate::languages::kotlin::{COVERAGE, KIT_COVERAGE};

const PACKAGE: &str = "ru/vremenagoda/ffi/";
const KIT_PACKAGE: &str = "ru/vremenagoda/kit/";

/// The kit has flows instead.
const NOT_IN_KIT: &str = "Subscription";
const CORE: &str = "VremenaCore";
/// What the kit makes of it.
const KIT: &str = "Vremena";

pub fn called(root: &Path, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    of_report(&read(root, COVERAGE)?, exports)
}

/// The exports that the kit must have a call or a property of the same name for.
pub fn offered_by_kit(exports: &BTreeSet<Export>) -> BTreeSet<Export> {
    exports.iter().filter(|export| export.kind == Kind::Call && export.of != NOT_IN_KIT).cloned().collect()
}

/// Those of them whose call or property in the kit was used.
pub fn called_through_kit(root: &Path, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    of_kit_report(&read(root, KIT_COVERAGE)?, exports)
}

fn read(root: &Path, report: &str) -> Result<String> {
    fs::read_to_string(root.join(report)).with_context(|| format!("{report}: run the tests first"))
}

fn parse(report: &str) -> Result<Document<'_>> {
    Ok(Document::parse_with_options(report, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() })?)
}

/// The methods that ran, each with its class.
fn covered<'a>(report: &'a Document<'_>, package: &str) -> BTreeSet<(&'a str, &'a str)> {
    let methods = report.descendants().filter(|node| node.has_tag_name("method") && is_covered(*node));
    let named = methods.filter_map(|method| {
        let class = method.parent()?.attribute("name")?.strip_prefix(package)?;
        Some((class, plain(method.attribute("name")?)))
    });
    named.collect()
}

fn of_kit_report(report: &str, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    let report = parse(report)?;
    let covered = covered(&report, KIT_PACKAGE);
    let is_called = |export: &&Export| {
        let of = if export.of == CORE { KIT } else { export.of.as_str() };
        let (name, property) = (camel(&export.name), camel(&format!("get_{}", export.name)));
        let companion = format!("{of}$Companion");
        [(of, name.as_str()), (of, property.as_str()), (companion.as_str(), name.as_str())]
            .iter()
            .any(|call| covered.contains(call))
    };
    Ok(exports.iter().filter(is_called).cloned().collect())
}

fn of_report(report: &str, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    let report = parse(report)?;
    let covered = covered(&report, PACKAGE);
    let is_called = |export: &&Export| {
        let (of, name) = (export.of.as_str(), camel(&export.name));
        match export.kind {
            Kind::Call => {
                let companion = format!("{of}$Companion");
                covered.contains(&(of, &name)) || covered.contains(&(companion.as_str(), &name))
            }
            Kind::Port => covered.contains(&(format!("uniffiCallbackInterface{of}${name}").as_str(), "callback")),
            // Of an enum each variant is a class of its own, with a text of its own.
            Kind::Debug => covered.iter().any(|(class, method)| {
                *method == "toString"
                    && class.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('$'))
            }),
        }
    };
    Ok(exports.iter().filter(is_called).cloned().collect())
}

fn is_covered(method: Node<'_, '_>) -> bool {
    let counters = method.children().filter(|node| node.attribute("type") == Some("METHOD"));
    counters.filter_map(|counter| counter.attribute("covered")).any(|covered| covered != "0")
}

/// Without what the compiler adds: a hash of unsigned parameters, the body of a suspending function.
fn plain(name: &str) -> &str {
    let name = name.strip_suffix("$suspendImpl").unwrap_or(name);
    name.split('-').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="a"><package name="ru/vremenagoda/ffi">
<class name="ru/vremenagoda/ffi/Receipts">
<method name="page-OsBMiQA$suspendImpl"><counter type="LINE" missed="0" covered="1"/><counter type="METHOD" missed="0" covered="1"/></method>
<method name="observe"><counter type="LINE" missed="1" covered="0"/><counter type="METHOD" missed="1" covered="0"/></method>
</class>
<class name="ru/vremenagoda/ffi/VremenaCore$Companion">
<method name="open"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="ru/vremenagoda/ffi/uniffiCallbackInterfaceClock$now">
<method name="callback"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="ru/vremenagoda/ffi/Card">
<method name="toString"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="ru/vremenagoda/ffi/CardLink">
<method name="toString"><counter type="METHOD" missed="1" covered="0"/></method>
</class>
<class name="ru/vremenagoda/ffi/CardLink$Number">
<method name="toString"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="elsewhere/Receipts">
<method name="observe"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
</package></report>"#;

    #[test]
    fn tells_what_was_called_from_what_was_not() {
        let list = "call Receipts.page\ncall Receipts.observe\ncall VremenaCore.open\nport Clock.now\nport LogSink.log\n\
                    debug Card.debug\ndebug CardLink.debug\ndebug Member.debug";
        let exports = super::super::read(list).unwrap();
        let called = of_report(REPORT, &exports).unwrap();
        let missing: Vec<_> = exports.difference(&called).map(|export| export.name.as_str()).collect();
        assert_eq!(missing, ["observe", "log", "debug"]);
    }

    #[test]
    fn what_the_kit_offers_is_looked_for_by_its_names_there() {
        let report = r#"<report name="a"><package name="ru/vremenagoda/kit">
<class name="ru/vremenagoda/kit/Vremena">
<method name="getReceipts"><counter type="METHOD" missed="0" covered="1"/></method>
<method name="shutDown"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="ru/vremenagoda/kit/Vremena$Companion">
<method name="open"><counter type="METHOD" missed="0" covered="1"/></method>
</class>
<class name="ru/vremenagoda/kit/Receipts">
<method name="page"><counter type="METHOD" missed="0" covered="1"/></method>
<method name="observe"><counter type="METHOD" missed="1" covered="0"/></method>
</class>
</package></report>"#;
        let list = "call VremenaCore.open\ncall VremenaCore.receipts\ncall VremenaCore.shut_down\ncall Receipts.page\n\
                    call Receipts.observe\ncall Receipts.story\ncall Subscription.cancel\nport Clock.now";
        let offered = offered_by_kit(&super::super::read(list).unwrap());
        let called = of_kit_report(report, &offered).unwrap();
        let missing: Vec<_> = offered.difference(&called).map(|export| export.name.as_str()).collect();
        assert_eq!(missing, ["observe", "story"]);
    }
}
