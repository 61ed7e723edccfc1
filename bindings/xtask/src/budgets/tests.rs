use super::*;

#[test]
fn test_modules_are_not_counted() {
    let text = "\
use std::fs;

#[cfg(test)]
mod tests;

fn work() {}

#[cfg(test)]
#[allow(
    clippy::panic,
    reason = \"a reason\"
)]
pub mod helpers {
    mod inner {
        fn a() {}
    }

    fn b() {}
}

fn more() {}
";
    assert_eq!(lines_without_tests(text).len(), 7);
}

#[test]
fn modules_inside_of_modules_too() {
    let text = "\
mod outer {
    #[cfg(test)]
    mod tests {
        fn a() {}
    }
    fn b() {}
}
";
    assert_eq!(lines_without_tests(text).len(), 3);
}

#[test]
fn what_is_no_test_module_counts() {
    for (text, lines) in [
        ("", 0),
        ("fn a() {\n}\n", 2),
        ("#[cfg(test)]\nuse std::fs;\nfn a() {}\n", 3),
        ("#[cfg(test)]\nfn only_for_tests() {\n}\n", 3),
        ("#[cfg(test)]\nmod never_closed {\n", 2),
        ("#[cfg(test)]\n", 1),
        ("#[cfg(test)]\nmod empty {}\nfn a() {}\n", 1),
        ("#[cfg(not(test))]\nmod tests {\n}\n", 3),
    ] {
        assert_eq!(lines_without_tests(text).len(), lines, "{text}");
    }
}

#[test]
fn the_folder_of_test_crates_is_no_test_folder() {
    for (path, is_test) in [
        ("core/src/money.rs", false),
        ("core/src/money/tests.rs", true),
        ("core/src/scan/tests/blurred.rs", true),
        ("core/tests/scan.rs", true),
        ("tests/qa/src/main.rs", false),
        ("tests/qa/src/report/tests.rs", true),
        ("tests/e2e/tests/outbox.rs", true),
        ("core/src/contests/model.rs", false),
    ] {
        assert_eq!(is_test_file(Path::new(path)), is_test, "{path}");
    }
}

fn tree(files: &[(&str, String)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn code(lines: usize) -> String {
    "fn line() {}\n".repeat(lines)
}

#[test]
fn what_keeps_within_the_budgets_passes() {
    let root = tree(&[
        ("core/src/full.rs", code(400)),
        ("core/src/tests.rs", code(CORE_LINES)),
        ("target/debug/generated.rs", code(CORE_LINES)),
        (".hidden/copy.rs", code(CORE_LINES)),
        ("tests/fixtures/pictures/a.jpg", "x".repeat(5_000_000)),
    ]);
    let note = check(root.path()).unwrap();
    assert!(note.contains(&format!("400 of {CORE_LINES} lines of code")), "{note}");
    assert!(note.contains("full.rs"), "{note}");
}

#[test]
fn every_overdrawn_budget_is_told() {
    let mut files = vec![
        ("tests/qa/src/long.rs".to_owned(), code(401)),
        ("bindings/src/long.rs".to_owned(), code(301)),
        ("tests/fixtures/pictures/a.jpg".to_owned(), "x".repeat(5_000_001)),
    ];
    let parts = CORE_LINES / 390 + 1;
    files.extend((0..parts).map(|n| (format!("core/src/part_{n}.rs"), code(390))));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let reason = check(tree(&files).path()).unwrap_err().to_string();
    for part in [
        "4 overdrawn",
        "qa/src/long.rs has 401 lines",
        "bindings/src/long.rs has 301 lines",
        &format!("core/src has {} lines of code", 390 * parts),
        "tests/fixtures/pictures and tests/fixtures/scan have 5000001 bytes",
    ] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
}

#[test]
fn documentation_and_blank_lines_are_no_code() {
    for (line, code) in
        [("", false), ("    ", false), ("    /// what", false), ("//! why", false), ("    a // b", true)]
    {
        assert_eq!(is_code(line), code, "{line}");
    }
}
