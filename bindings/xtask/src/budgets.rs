//! Sizes that are kept small on purpose: a core one can read in a day, files one can read at once,
//! pictures that do not weigh upon each clone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

const CORE: &str = "core/src";
/// Lines of code: documentation is wanted, so neither comments nor blank lines are counted. Of these the scanner has some
/// 3,500, for no library reads faded and crumpled receipts, the files on the disk some 1,700, for no library saves a
/// queue from a damaged one, the programme's engine some 1,700, for no library knows its rules, and the check of wallet
/// passes some 800, for it trusts no archive and no signature library with a stranger's file.
const CORE_LINES: usize = 22_500;
const FILE_LINES: usize = 400;
/// The facade holds no logic, so none of its files needs much.
const FACADE: &str = "bindings/src";
const FACADE_FILE_LINES: usize = 300;
const PICTURES: [&str; 2] = ["tests/fixtures/pictures", "tests/fixtures/scan"];
const PICTURES_BYTES: u64 = 5_000_000;

/// Checks every budget, and tells all that are overdrawn at once.
pub fn check(root: &Path) -> anyhow::Result<String> {
    let mut faults = Vec::new();
    let mut core = 0;
    let mut longest = (0, PathBuf::new());
    for path in files(root)?.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
        let relative = path.strip_prefix(root)?;
        if is_test_file(relative) {
            continue;
        }
        let text = fs::read_to_string(path).with_context(|| relative.display().to_string())?;
        let kept = lines_without_tests(&text);
        let lines = kept.len();
        let most = if relative.starts_with(FACADE) { FACADE_FILE_LINES } else { FILE_LINES };
        if lines > most {
            faults.push(format!("{} has {lines} lines, {most} at most", relative.display()));
        }
        if relative.starts_with(CORE) {
            core += kept.iter().filter(|line| is_code(line)).count();
        }
        if lines > longest.0 {
            longest = (lines, relative.to_owned());
        }
    }
    if core > CORE_LINES {
        faults.push(format!("{CORE} has {core} lines of code, {CORE_LINES} at most"));
    }
    let mut pictures = 0;
    for folder in PICTURES {
        pictures += weight(&root.join(folder))?;
    }
    if pictures > PICTURES_BYTES {
        faults.push(format!("{} have {pictures} bytes, {PICTURES_BYTES} at most", PICTURES.join(" and ")));
    }
    if !faults.is_empty() {
        bail!("{} overdrawn\n{}", faults.len(), faults.join("\n"));
    }
    Ok(format!(
        "{CORE} {core} of {CORE_LINES} lines of code; longest file {} of {FILE_LINES} ({}); pictures {} of {} kB",
        longest.0,
        longest.1.display(),
        pictures / 1000,
        PICTURES_BYTES / 1000,
    ))
}

/// `tests.rs`, and all under a folder `tests`, but for the workspace's own, which holds crates.
fn is_test_file(relative: &Path) -> bool {
    let inside = relative.strip_prefix("tests").unwrap_or(relative);
    inside.iter().any(|part| part == "tests" || part == "tests.rs")
}

fn lines_without_tests(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let mut rest = lines.as_slice();
    let mut kept = Vec::new();
    while let Some(first) = rest.first() {
        let skipped = test_module(rest);
        if skipped.is_none() {
            kept.push(*first);
        }
        rest = rest.get(skipped.unwrap_or(1)..).unwrap_or_default();
    }
    kept
}

fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// The length of the `#[cfg(test)] mod …` that begins with these lines. In a formatted file its closing
/// brace stands exactly as far in as its attribute, so no parser is needed.
fn test_module(lines: &[&str]) -> Option<usize> {
    let indent = lines.first()?.strip_suffix("#[cfg(test)]")?;
    let level = |line: &&&str| line.strip_prefix(indent).is_some_and(|rest| !rest.starts_with(' '));
    let attribute = |line: &&&str| !level(line) || line.trim_start().starts_with(['#', ')']);
    let head = lines.iter().take_while(attribute).count();
    let opening = lines.get(head)?.trim_start();
    if !opening.trim_start_matches("pub ").trim_start_matches("pub(super) ").starts_with("mod ") {
        return None;
    }
    if opening.ends_with([';', '}']) {
        return Some(head + 1);
    }
    let end = format!("{indent}}}");
    let body = lines.iter().skip(head + 1).position(|line| *line == end)?;
    Some(head + 1 + body + 1)
}

fn weight(folder: &Path) -> anyhow::Result<u64> {
    if !folder.exists() {
        return Ok(0);
    }
    files(folder)?.iter().map(|path| Ok(fs::metadata(path)?.len())).sum()
}

/// All files below, but for hidden folders and what was built.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name();
            let left_out = name.to_string_lossy().starts_with('.') || name == "target";
            if kind.is_dir() && !left_out {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
