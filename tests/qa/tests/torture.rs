//! `vremena torture` as a process: a few of its rounds, and that it finds what is lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn torture(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
    command.args(["torture", "--seed", "5", "--directory"]).arg(directory).args(arguments).output().unwrap()
}

/// The number at the beginning of a line of the summary.
fn number(output: &Output, name: &str) -> u32 {
    let told = String::from_utf8_lossy(&output.stdout);
    let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {output:?}"));
    line.trim().split(|sign: char| !sign.is_ascii_digit()).next().unwrap().parse().unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_eight_kills() {
    let folder = tempfile::tempdir().unwrap();
    let output = torture(folder.path(), &["--rounds", "8"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!((number(&output, "kills"), number(&output, "lost"), number(&output, "doubled")), (8, 0, 0));
    let (acknowledged, arrived) = (number(&output, "acknowledged"), number(&output, "arrived"));
    assert!(acknowledged > 0 && (acknowledged..=acknowledged + 1).contains(&arrived), "{output:?}");

    // The second one runs over what the first one has left.
    assert!(torture(folder.path(), &["--rounds", "1"]).status.success());
}

#[test]
fn a_receipt_that_was_acknowledged_and_never_captured_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = torture(folder.path(), &["--rounds", "2", "--lie", "invented"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(number(&output, "lost"), 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("lost: 7380440801290534:0:1880975916"), "{output:?}");
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes"), "mine").unwrap();
    let output = torture(folder.path(), &["--rounds", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("neither empty nor of an earlier run"), "{output:?}");
    assert_eq!(fs::read_to_string(folder.path().join("notes")).unwrap(), "mine");
}
