//! Whether every export of the core's library was called from Kotlin and from Swift: what the library exports by its own
//! metadata, against what the languages' coverage reports say of the generated code, and of the kit above it.

mod kotlin;
mod swift;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::counts::Counts;
use crate::languages::library;

const NEVER_CALLED: &str = "never called from ";

/// Something that crosses the boundary when it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Export {
    kind: Kind,
    /// The type it belongs to.
    of: String,
    /// Its name in Rust.
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Into the core.
    Call,
    /// Out of the core: a method of a port or a listener.
    Port,
    /// The text of a record that hides what it holds.
    Debug,
}

/// Compares, prints what was never called, and closes with the counts: one for each export, language and kit.
pub fn check(root: &Path) -> Result<String> {
    let listed = library::exports(root, &library::bindings(root)?.join(library::library_name()))?;
    let exports = read(&listed)?;
    let kotlin = kotlin::called(root, &exports).context("Kotlin's coverage")?;
    let swift = swift::called(root, &exports).context("Swift's coverage")?;
    let of_kit = kotlin::offered_by_kit(&exports);
    let kit = kotlin::called_through_kit(root, &of_kit).context("vremena-kit's coverage")?;
    let mut counts = Counts::default();
    for (language, exports, called) in
        [("Kotlin", &exports, kotlin), ("Kotlin through vremena-kit", &of_kit, kit), ("Swift", &exports, swift)]
    {
        for export in exports {
            if called.contains(export) {
                counts.passed += 1;
            } else {
                counts.failed += 1;
                println!("{NEVER_CALLED}{language}: {}.{}", export.of, export.name);
            }
        }
    }
    println!("exports: {} passed, {} failed", counts.passed, counts.failed);
    if counts.failed > 0 {
        bail!("{} never called", counts.failed);
    }
    Ok(format!("{} exports, each called from both languages", exports.len()))
}

/// Whether a line of [`check`] names an export that was never called.
pub fn names_failure(line: &str) -> bool {
    line.starts_with(NEVER_CALLED)
}

/// Reads the closing line of [`check`].
pub fn counts(line: &str) -> Option<Counts> {
    let (passed, failed) = line.strip_prefix("exports: ")?.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Counts { passed: passed.parse().ok()?, failed: failed.parse().ok()?, ignored: 0 })
}

/// Reads the list that the library's own metadata gives.
fn read(listed: &str) -> Result<BTreeSet<Export>> {
    let mut exports = BTreeSet::new();
    for line in listed.lines() {
        let (kind, path) = line.split_once(' ').with_context(|| line.to_owned())?;
        let (of, name) = path.split_once('.').with_context(|| line.to_owned())?;
        let kind = match kind {
            "call" => Kind::Call,
            "port" => Kind::Port,
            "debug" => Kind::Debug,
            "infallible-call" => bail!("{path} returns no Result: a panic in it would be the shell's crash"),
            _ => bail!("{line}: of no known kind"),
        };
        exports.insert(Export { kind, of: of.to_owned(), name: name.to_owned() });
    }
    if exports.is_empty() {
        bail!("the library exports nothing");
    }
    Ok(exports)
}

/// `capture_text` → `captureText`, as both languages write it.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (head, tail) = part.split_at(part.len().min(1));
        text + &head.to_uppercase() + tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_list_of_a_library() {
        let exports = read("call Receipts.capture_text\nport Clock.now\ndebug Card.debug\n").unwrap();
        assert_eq!(exports.len(), 3);
        let reason = read("infallible-call Receipts.count").unwrap_err().to_string();
        assert!(reason.contains("Receipts.count returns no Result"), "{reason}");
        assert!(read("").is_err() && read("what Is.it").is_err());
    }

    #[test]
    fn names_are_written_as_the_languages_write_them() {
        for (rust, other) in [("open", "open"), ("capture_text", "captureText"), ("on_home", "onHome")] {
            assert_eq!(camel(rust), other);
        }
    }

    #[test]
    fn reads_its_own_closing_line() {
        let line = "exports: 70 passed, 2 failed";
        assert_eq!(counts(line), Some(Counts { passed: 70, failed: 2, ignored: 0 }));
        assert_eq!(counts("70 passed, 2 failed"), None);
    }
}
