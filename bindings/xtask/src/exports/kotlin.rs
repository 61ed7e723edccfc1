//! What JaCoCo's report says of the generated Kotlin.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use roxmltree::{Document, Node, ParsingOptions};

use super::{Export, Kind, camel};
use crate::languages::kotlin::COVERAGE;

const PACKAGE: &str = "ru/vremenagoda/ffi/";

pub fn called(root: &Path, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    let report = fs::read_to_string(root.join(COVERAGE)).with_context(|| format!("{COVERAGE}: run the tests first"))?;
    of_report(&report, exports)
}

fn of_report(report: &str, exports: &BTreeSet<Export>) -> Result<BTreeSet<Export>> {
    let report = Document::parse_with_options(report, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() })?;
    let covered: BTreeSet<(&str, &str)> = report
        .descendants()
        .filter(|node| node.has_tag_name("method") && is_covered(*node))
        .filter_map(|method| {
            let class = method.parent()?.attribute("name")?.strip_prefix(PACKAGE)?;
            Some((class, plain(method.attribute("name")?)))
        })
        .collect();
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
}
