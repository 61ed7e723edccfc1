//! The journey as a process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pictures");

fn demo(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vremena"))
        .arg("demo")
        .arg("--directory")
        .arg(directory)
        .args(arguments)
        .output()
        .unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pictures_copied_to(folder: &Path) -> PathBuf {
    let copy = folder.join("pictures");
    fs::create_dir(&copy).unwrap();
    for file in fs::read_dir(PICTURES).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    copy
}

#[test]
fn the_journey_ends_at_the_second_tier_with_a_page_in_either_language() {
    let folder = tempfile::tempdir().unwrap();
    for (language, tier, missing) in [("ru", "Лето", "645\u{a0}269,50\u{a0}₽"), ("en", "Summer", "645,269.50\u{a0}₽")]
    {
        // The second one runs over what the first one has left.
        let output = demo(folder.path(), &["--json", "--lang", language]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let events = events(&output);
        let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).collect::<Vec<_>>();
        assert_eq!((of("step").len(), of("photograph").len(), of("done").len()), (21, 14, 1));
        let risen = of("step").into_iter().find(|step| step["title"].as_str().unwrap().contains(tier)).unwrap();
        assert!(risen["detail"].as_str().unwrap().contains(missing), "{risen}");
        let page = fs::read_to_string(of("done")[0]["report"].as_str().unwrap()).unwrap();
        assert!(page.contains(tier) && page.contains(missing) && page.contains(&format!("lang=\"{language}\"")));
        assert!(!page.contains("+79000000000"), "the page shows the member's number");
    }
    the_history_is_told_from_the_files_alone(folder.path());
    a_reminder_is_told_from_the_files_alone(folder.path());
}

fn the_history_is_told_from_the_files_alone(directory: &Path) {
    let history = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
        let output = command.arg("history").arg("--directory").arg(directory).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let json =
        |arguments: &[&str]| serde_json::from_str::<Value>(&history(&[arguments, &["--json"]].concat())).unwrap();
    let all = json(&[]);
    let receipts = all["receipts"].as_array().unwrap();
    assert!(receipts.len() > 3 && all["is_last"] == true, "{all}");
    let credited = json(&["--state", "credited"]);
    let counted = |of: &Value, what: &str, sum: &str| -> i64 {
        of[what].as_array().unwrap().iter().map(|one| one[sum].as_i64().unwrap()).sum()
    };
    assert_eq!(counted(&credited, "months", "counted_kopecks"), counted(&all, "receipts", "counted_kopecks"));
    assert_eq!(counted(&credited, "months", "counted_kopecks"), counted(&all, "months", "counted_kopecks"));
    let named = credited["receipts"][0].clone();
    let found = json(&["--search", named["shop"].as_str().unwrap()]);
    assert!(found["receipts"].as_array().unwrap().contains(&named), "{found}");
    let number = named["number"].to_string();
    let story = json(&["--story", &number]);
    assert_eq!(counted(&story, "positions", "sum_kopecks"), named["total_kopecks"].as_i64().unwrap());
    assert_eq!(story["changes"][0]["step"], "captured");
    let page = history(&["--lang", "en"]);
    assert!(page.lines().next().unwrap().starts_with("March 2026"), "{page}");
    assert!(history(&["--story", &number]).contains("Чек засчитан."));
}

fn a_reminder_is_told_from_the_files_alone(directory: &Path) {
    let reminders = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
        let output = command.arg("reminders").arg("--directory").arg(directory).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (told, _) = reminders(&["--now", "2026-03-20T12:00:00+03:00"]);
    assert!(told.contains("31 марта") && !told.contains("300"), "{told}");
    let (told, hint) = reminders(&["--now", "2026-04-20T12:00:00+03:00"]);
    assert!(told.is_empty() && hint.contains("nothing to remind of"), "{told} {hint}");
    let (json, _) = reminders(&["--now", "2027-03-01T12:00:00+03:00", "--json", "--lang", "en"]);
    let plan: Value = serde_json::from_str(&json).unwrap();
    let keep = &plan[0];
    assert_eq!((&keep["subject"], &keep["kind"]), (&"keep".into(), &"service".into()));
    let text = keep["text"].as_str().unwrap();
    assert!(text.starts_with("As of 14 March") && text.contains("Summer") && !text.contains('₽'), "{text}");
    let (told, _) = reminders(&["--now", "2027-03-01T12:00:00+03:00"]);
    assert!(told.contains("По данным на 14 марта") && told.contains("«Лето»"), "{told}");
}

#[test]
fn a_folder_without_a_members_files_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
    let output = command.arg("history").arg("--directory").arg(folder.path()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("no member's files"), "{told}");
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "a look makes no files");
}

#[test]
fn a_step_that_does_not_bring_what_it_should_ends_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = pictures_copied_to(folder.path());
    fs::copy(pictures.join("12-no-code.jpg"), pictures.join("03-coat.jpg")).unwrap();
    let arguments = ["--json", "--pictures", pictures.to_str().unwrap()];
    let output = demo(&folder.path().join("run"), &arguments);
    assert_eq!(output.status.code(), Some(1));
    let last = events(&output).pop().unwrap();
    assert_eq!((last["event"].as_str(), last["step"].as_u64()), (Some("failed"), Some(4)));
    assert_eq!((last["expected"].as_str(), last["came"].as_str()), (Some("Captured"), Some("NoCode")));
    assert!(!folder.path().join("run/report.html").exists());

    let output = demo(&folder.path().join("run"), &arguments[1..]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("ожидалось: Captured") && told.contains("получено:  NoCode"), "{told}");
}

#[test]
fn pictures_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(folder.path(), &["--pictures", "/no/such/folder"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/folder"));
    assert!(output.stdout.is_empty(), "nothing is begun without them");
}

#[test]
fn a_pipe_gets_no_colours() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(folder.path(), &[]);
    assert!(output.status.success());
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
}
