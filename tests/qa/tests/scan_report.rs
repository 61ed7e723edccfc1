//! `vremena scan-report` on a folder of drawn pictures.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use image::{GrayImage, Luma};
use serde_json::{Value, json};
use vremena_core::wallet::QrMatrix;

const CORNERS: [f32; 8] = [40.0, 40.0, 156.0, 40.0, 156.0, 156.0, 40.0, 156.0];

fn report(folder: &Path, arguments: &[&str]) -> Output {
    let output = folder.join("report");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vremena"));
    command.arg("scan-report").args(arguments).arg("--output").arg(output).output().unwrap()
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn draw(folder: &Path, file: &str, text: Option<&str>) {
    let mut picture = GrayImage::from_pixel(1000, 400, Luma([240]));
    if let Some(text) = text {
        let code = QrMatrix::encode(text, "M").unwrap();
        for y in 0..code.size * 4 {
            for x in 0..code.size * 4 {
                if code.modules[(y / 4 * code.size + x / 4) as usize] {
                    picture.put_pixel(40 + x, 40 + y, Luma([20]));
                }
            }
        }
    }
    picture.save(folder.join(file)).unwrap();
}

fn entry(set: &str, category: &str, file: &str, texts: &[&str], corners: &[[f32; 8]]) -> Value {
    json!({ "set": set, "category": category, "file": file, "texts": texts, "corners": corners, "ec": "M" })
}

/// A picture that is read, one whose code says something else, one whose code is nowhere, one of unknown text; two
/// without a code, of which one has one after all; a sequence that is read in its second frame.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    draw(at, "read.png", Some("one"));
    draw(at, "other.png", Some("two"));
    draw(at, "nowhere.png", None);
    draw(at, "unknown.png", Some("three"));
    draw(at, "more.png", Some("four"));
    draw(at, "empty.png", None);
    draw(at, "wrong.png", Some("five <b>"));
    draw(at, "hand_f00.png", None);
    draw(at, "hand_f01.png", Some("six"));
    let code = &[CORNERS];
    let truth = json!([
        entry("photos", "plain", "read.png", &["one\r\n"], code),
        entry("photos", "plain", "other.png", &["not two"], code),
        entry("photos", "hidden", "nowhere.png", &["nothing"], code),
        entry("photos", "hidden", "unknown.png", &[], code),
        entry("photos", "hidden", "more.png", &["not four"], &[CORNERS, CORNERS]),
        entry("nothing", "plain", "empty.png", &[], &[]),
        entry("nothing", "plain", "wrong.png", &[], &[]),
        entry("synth", "gauss0", "hand_f00.png", &["six"], code),
        entry("synth", "gauss0", "hand_f01.png", &["six"], code),
    ]);
    fs::write(at.join("truth.json"), truth.to_string()).unwrap();
    folder
}

/// The cells of a line that begins with a name, after a title.
fn row(told: &str, title: &str, name: &str) -> Vec<String> {
    let lines = told.lines().skip_while(|line| *line != title).skip(1);
    let mut cells = lines.map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    cells.find(|cells| cells.first().is_some_and(|first| first == name)).unwrap_or_else(|| panic!("{name} in\n{told}"))
}

#[test]
fn the_table_counts_by_category_what_was_read_and_what_should_not_have_been() {
    let folder = folder();
    let told = told(&report(folder.path(), &[folder.path().to_str().unwrap()]));
    assert_eq!(row(&told, "photos", "plain")[1..4], ["1/2", "50", "1"]);
    assert_eq!(row(&told, "photos", "hidden")[1..4], ["1/3", "33", "0"]);
    assert_eq!(row(&told, "photos", "all")[1..4], ["2/5", "40", "1"]);
    assert_eq!(row(&told, "nothing", "plain")[1..3], ["2", "1"]);
    assert_eq!(row(&told, "synth, sequences (live)", "gauss")[1..6], ["1/1", "1/1", "100", "0", "2"]);
    let (wrong, unnamed) = told.split_once("false payloads\n").unwrap().1.split_once("\n\ntexts that").unwrap();
    assert_eq!(wrong, "  other.png: \"two\"\n  wrong.png: \"five <b>\"");
    assert!(unnamed.contains("  more.png: \"four\"\n"), "{unnamed}");
}

#[test]
fn the_page_shows_every_failure_with_its_picture() {
    let folder = folder();
    told(&report(folder.path(), &[folder.path().to_str().unwrap()]));
    let report = folder.path().join("report");
    let page = fs::read_to_string(report.join("index.html")).unwrap();
    for failed in ["other", "nowhere", "more", "wrong"] {
        assert!(page.contains(&format!("<h4>{failed}.png</h4>")), "{failed}");
        let picture = image::open(report.join(format!("pictures/{failed}-png.jpg"))).unwrap();
        assert_eq!((picture.width(), picture.height()), (640, 256));
    }
    for fine in ["read", "unknown", "empty", "hand"] {
        assert!(!page.contains(&format!("<h4>{fine}")), "{fine}");
    }
    assert!(page.contains("M40.0 40.0L156.0 40.0 156.0 156.0 40.0 156.0z"), "where the code is");
    assert!(page.contains("expected: <q>not two</q>") && page.contains("false payload: <q>two</q>"));
    assert!(page.contains("five &#60;b&#62;") && !page.contains("five <b>"), "texts of strangers");
    assert!(!page.contains("http"), "the page needs no network");
    let close = image::open(report.join("pictures/other-png-close.jpg")).unwrap();
    assert_eq!((close.width(), close.height()), (193, 193));
}

#[test]
fn peers_stand_beside() {
    let folder = folder();
    let line = |file: &str, texts: &[&str], cpu_ms: f64| {
        json!({ "file": file, "peer": "peer", "texts": texts, "cpu_ms": cpu_ms }).to_string()
    };
    let files = [line("read.png", &["one"], 2.0), line("other.png", &["not two"], 2.0), line("empty.png", &["x"], 1.0)];
    let peers = folder.path().join("peers.json");
    fs::write(&peers, files.join("\n")).unwrap();
    let told = told(&report(
        folder.path(),
        &[folder.path().to_str().unwrap(), "--peers", peers.to_str().unwrap(), "--threads", "1"],
    ));
    assert_eq!(row(&told, "photos", "plain").last().unwrap(), "2");
    assert_eq!(row(&told, "photos", "peer")[1..4], ["2.00", "2.00", "2.00"]);
    assert!(told.contains("1 false"), "{told}");

    fs::write(&peers, "no JSON").unwrap();
    let output = report(folder.path(), &[folder.path().to_str().unwrap(), "--peers", peers.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 1 of"));
}

#[test]
fn sets_and_every_nth_can_be_chosen() {
    let folder = folder();
    let told = told(&report(folder.path(), &[folder.path().to_str().unwrap(), "--set", "photos", "--every", "2"]));
    assert_eq!(row(&told, "photos", "all")[1], "1/3");
    assert!(!told.contains("synth") && !told.contains("nothing\n"), "{told}");
}

#[test]
fn levers_are_a_markdown_table() {
    let folder = folder();
    let told = told(&report(folder.path(), &[folder.path().to_str().unwrap(), "--levers", "--set", "photos"]));
    assert!(told.starts_with("| lever | read without it | brings |"), "{told}");
    assert!(told.contains("| all | 2 of 5 with all |") && told.contains("\n| `pyramid` | "), "{told}");
    assert!(!folder.path().join("report").exists());
}

#[test]
fn nothing_is_read_from_what_is_drawn_by_chance() {
    let folder = tempfile::tempdir().unwrap();
    let told = told(&report(folder.path(), &["--generated", "13", "--seed", "7"]));
    assert!(told.ends_with("no false payload in 13 pictures\n"), "{told}");
    assert_eq!(row(&told, "generated", "text")[1..3], ["1", "0"]);
}

#[test]
fn a_folder_without_truth_is_told_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let failed = |arguments: &[&str]| {
        let output = report(folder.path(), arguments);
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(failed(&[folder.path().to_str().unwrap()]).contains("the folder must hold truth.json"));
    fs::write(folder.path().join("truth.json"), json!([entry("s", "c", "gone.png", &["x"], &[])]).to_string()).unwrap();
    assert!(failed(&[folder.path().to_str().unwrap()]).contains("gone.png is named in truth.json"));
    assert!(failed(&[]).contains("<FOLDER>"));
}
