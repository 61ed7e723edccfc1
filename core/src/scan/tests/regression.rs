//! Small pictures of our own, damaged in sixteen ways: which are read, and that none stops being read.
//!
//! What is read is noted beside the pictures. After a change of the scanner `VREMENA_REGRESSION=write` notes it anew; the
//! difference is then looked at, and belongs to the change.

use std::fs;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::scan::{LiveScanner, Picture, Rotation};

/// A picture.
#[derive(Clone, Serialize, Deserialize)]
struct Still {
    file: String,
    text: String,
    reads: bool,
}

/// Frames of a camera: `NAME-1.jpg`, `NAME-2.jpg` and so on.
#[derive(Clone, Serialize, Deserialize)]
struct Sequence {
    name: String,
    frames: usize,
    text: String,
    /// The first frame that is read, with what those before it have shown.
    read_by: Option<usize>,
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/scan").join(name)
}

fn picture(name: &str) -> Picture {
    Picture::decode(&fs::read(fixture(name)).expect(name)).expect(name)
}

fn list<T: DeserializeOwned>(name: &str) -> Vec<T> {
    serde_json::from_slice(&fs::read(fixture(name)).unwrap()).unwrap()
}

/// Notes what is read now, if that was asked for.
fn noted<T: Serialize>(name: &str, now: &[T]) -> bool {
    let is_asked = std::env::var("VREMENA_REGRESSION").is_ok_and(|value| value == "write");
    if is_asked {
        let lines: Vec<String> = now.iter().map(|row| format!("  {}", serde_json::to_string(row).unwrap())).collect();
        fs::write(fixture(name), format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
    is_asked
}

/// Whether it is read. Another text than the picture's is never right.
fn read(still: &Still) -> bool {
    let outcome = picture(&still.file).scan().unwrap();
    assert!(outcome.codes.iter().all(|code| code.text == still.text), "{}: another text", still.file);
    !outcome.codes.is_empty()
}

/// What is done to a scanner before each frame.
type Before = fn(&mut LiveScanner);

fn read_by(sequence: &Sequence, before: Before) -> Option<usize> {
    let mut scanner = LiveScanner::new();
    (1..=sequence.frames).find(|nth| {
        before(&mut scanner);
        let name = format!("live/{}-{nth}.jpg", sequence.name);
        let frame = picture(&name);
        let (width, height) = (frame.width(), frame.height());
        let outcome = scanner.frame(frame.luma(), width, height, width, Rotation::None).unwrap();
        assert!(outcome.codes.iter().all(|code| code.text == sequence.text), "{name}: another text");
        !outcome.codes.is_empty()
    })
}

#[test]
fn every_picture_that_once_was_read_is_read() {
    let stills: Vec<Still> = list("regression.json");
    let now: Vec<Still> = stills.iter().map(|still| Still { reads: read(still), ..still.clone() }).collect();
    if noted("regression.json", &now) {
        return;
    }
    let names = |was: bool, is: bool| -> Vec<&str> {
        let pairs = stills.iter().zip(&now).filter(|(before, now)| (before.reads, now.reads) == (was, is));
        pairs.map(|(still, _)| still.file.as_str()).collect()
    };
    assert!(names(true, false).is_empty(), "no longer read: {:?}", names(true, false));
    assert!(names(false, true).is_empty(), "reads now: note it in regression.json: {:?}", names(false, true));
}

#[test]
fn every_sequence_is_read_by_the_frame_that_once_was_enough() {
    let sequences: Vec<Sequence> = list("live/regression.json");
    let now: Vec<Sequence> =
        sequences.iter().map(|sequence| Sequence { read_by: read_by(sequence, |_| ()), ..sequence.clone() }).collect();
    if noted("live/regression.json", &now) {
        return;
    }
    for (before, now) in sequences.iter().zip(&now) {
        let frames = |read_by: Option<usize>| read_by.unwrap_or(usize::MAX);
        let (was, is) = (frames(before.read_by), frames(now.read_by));
        assert!(is <= was, "{}: read by {:?}, once by {:?}", before.name, now.read_by, before.read_by);
        assert!(is >= was, "{}: reads now: note it in regression.json: by {:?}", before.name, now.read_by);
    }
}

#[test]
fn no_sequence_is_read_later_for_what_its_frames_have_shown_and_some_are_read_by_nothing_else() {
    let mut gained = 0;
    for sequence in list::<Sequence>("live/regression.json") {
        let ways: [Before; 2] = [|_| (), LiveScanner::forget];
        let [together, alone] = ways.map(|before| read_by(&sequence, before).unwrap_or(usize::MAX));
        assert!(together <= alone, "{}: together by {together}, alone by {alone}", sequence.name);
        gained += usize::from(together < alone);
    }
    assert!(gained > 0);
}

#[test]
fn every_picture_of_the_set_is_listed_and_most_are_read() {
    let stills: Vec<Still> = list("regression.json");
    let sequences: Vec<Sequence> = list("live/regression.json");
    let files = |folder: &str| {
        let names = fs::read_dir(fixture(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".jpg")).count()
    };
    let frames = sequences.iter().map(|sequence| sequence.frames).sum();
    assert_eq!((files(""), files("live")), (stills.len(), frames));
    // A list of nothing but failures would promise nothing.
    assert!(2 * stills.iter().filter(|still| still.reads).count() > stills.len());
    assert!(2 * sequences.iter().filter(|sequence| sequence.read_by.is_some()).count() > sequences.len());
}
