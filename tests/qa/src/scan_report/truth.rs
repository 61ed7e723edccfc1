//! What a folder's `truth.json` says of its pictures.

use std::{fs, path::Path};

use anyhow::{Context, bail};
use serde::Deserialize;
use vremena_core::scan::PicturePoint;

const FILE: &str = "truth.json";

const HOLDS: &str = "the folder must hold truth.json, a list of objects with set, category, file (a path within the \
                     folder), texts (empty: not known, or no code) and corners (empty together with texts: no code)";

/// One line of the file. Whatever else it says of a picture is of no use here.
#[derive(Deserialize)]
struct Entry {
    set: String,
    category: String,
    file: String,
    texts: Vec<String>,
    #[serde(default)]
    corners: Vec<[f32; 8]>,
}

/// What is scanned and judged as one: a picture, or the frames of a sequence.
pub struct Subject {
    pub set: String,
    pub category: String,
    /// The file of a picture, the common part of a sequence's files.
    pub name: String,
    pub expected: Expected,
    /// In order; a picture has one.
    pub frames: Vec<Frame>,
    /// Whether it is a sequence, for the live effort.
    pub moving: bool,
}

/// One file.
pub struct Frame {
    pub file: String,
    /// Of each code, in the picture's pixels.
    pub corners: Vec<[PicturePoint; 4]>,
}

/// What should be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of these texts, trimmed. Whether they are the texts of all codes in the picture.
    OneOf { texts: Vec<String>, all: bool },
    /// There is a code, but nobody wrote down its text.
    Any,
    /// There is no code.
    Nothing,
}

/// What the texts of one scan come to.
#[derive(Debug, PartialEq, Eq)]
pub struct Judged {
    pub read: bool,
    /// Texts that are known to be in no code of the picture.
    pub false_payloads: Vec<String>,
    /// Texts of which nobody knows: the picture has more codes than its truth has texts.
    pub unnamed: Vec<String>,
}

impl Subject {
    pub fn has_code(&self) -> bool {
        self.expected != Expected::Nothing
    }
}

impl Expected {
    fn of(texts: &[String], codes: usize) -> Self {
        match texts {
            [] if codes > 0 => Self::Any,
            [] => Self::Nothing,
            texts => Self::OneOf {
                texts: texts.iter().map(|text| trimmed(text).to_owned()).collect(),
                all: texts.len() >= codes,
            },
        }
    }

    /// Compares what was decoded with what is there.
    pub fn judge<'a>(&self, decoded: impl IntoIterator<Item = &'a str>) -> Judged {
        let mut judged = Judged { read: false, false_payloads: Vec::new(), unnamed: Vec::new() };
        for text in decoded.into_iter().map(trimmed) {
            match self {
                Self::Any => judged.read = true,
                Self::OneOf { texts, .. } if texts.iter().any(|known| known == text) => judged.read = true,
                Self::OneOf { all: false, .. } => judged.unnamed.push(text.to_owned()),
                Self::OneOf { .. } | Self::Nothing => judged.false_payloads.push(text.to_owned()),
            }
        }
        judged
    }
}

/// Encoders pad, and people write texts down with a line end.
fn trimmed(text: &str) -> &str {
    text.trim_matches(['\0', '\r', '\n', ' '])
}

/// The subjects of a folder in the order of its truth: those of the sets named (all without a name), and of these
/// each `every`th.
pub fn subjects(folder: &Path, sets: &[String], every: usize) -> anyhow::Result<Vec<Subject>> {
    let path = folder.join(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read: {HOLDS}", path.display()))?;
    let entries: Vec<Entry> =
        serde_json::from_str(&text).with_context(|| format!("{} is not as it must be: {HOLDS}", path.display()))?;
    if let Some(unknown) = sets.iter().find(|set| entries.iter().all(|entry| entry.set != **set)) {
        let mut known: Vec<&str> = entries.iter().map(|entry| entry.set.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        bail!("{} has no set \"{unknown}\"; it has {}", path.display(), known.join(", "));
    }
    let mut subjects: Vec<Subject> = Vec::new();
    for entry in entries.into_iter().filter(|entry| sets.is_empty() || sets.contains(&entry.set)) {
        add(&mut subjects, entry);
    }
    if subjects.is_empty() {
        bail!("{} names no picture: {HOLDS}", path.display());
    }
    Ok(subjects.into_iter().step_by(every).collect())
}

/// Frames of a sequence stand one after the other.
fn add(subjects: &mut Vec<Subject>, entry: Entry) {
    let sequence = sequence_of(&entry.file).map(str::to_owned);
    let expected = Expected::of(&entry.texts, entry.corners.len());
    let corners = entry.corners.into_iter().map(points).collect();
    let frame = Frame { file: entry.file, corners };
    if let (Some(name), Some(last)) = (&sequence, subjects.last_mut())
        && last.moving
        && last.set == entry.set
        && last.name == *name
    {
        last.frames.push(frame);
        return;
    }
    let moving = sequence.is_some();
    let name = sequence.unwrap_or_else(|| frame.file.clone());
    subjects.push(Subject { set: entry.set, category: entry.category, name, expected, frames: vec![frame], moving });
}

/// `NAME` of `NAME_f07.png`.
fn sequence_of(file: &str) -> Option<&str> {
    let (stem, _) = file.rsplit_once('.')?;
    let (name, number) = stem.rsplit_once("_f")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

fn points([ax, ay, bx, by, cx, cy, dx, dy]: [f32; 8]) -> [PicturePoint; 4] {
    [(ax, ay), (bx, by), (cx, cy), (dx, dy)].map(|(x, y)| PicturePoint { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(truth: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), truth).unwrap();
        folder
    }

    fn judged(read: bool, false_payloads: &[&str], unnamed: &[&str]) -> Judged {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Judged { read, false_payloads: owned(false_payloads), unnamed: owned(unnamed) }
    }

    #[test]
    fn a_text_counts_when_it_is_one_of_the_known_but_for_padding() {
        let texts = ["one\r\n".to_owned(), "two".to_owned()];
        let expected = Expected::of(&texts, 2);
        assert_eq!(expected.judge(["two\0\0"]), judged(true, &[], &[]));
        assert_eq!(expected.judge([" one "]), judged(true, &[], &[]));
        assert_eq!(expected.judge(["three", "two"]), judged(true, &["three"], &[]));
        assert_eq!(expected.judge([]), judged(false, &[], &[]));
        assert_eq!(Expected::of(&texts, 3).judge(["three"]), judged(false, &[], &["three"]));
    }

    #[test]
    fn any_text_counts_where_none_is_known_and_none_where_there_is_no_code() {
        assert_eq!(Expected::of(&[], 2).judge(["x"]), judged(true, &[], &[]));
        assert_eq!(Expected::of(&[], 0).judge(["x"]), judged(false, &["x"], &[]));
    }

    #[test]
    fn frames_of_one_name_are_one_sequence() {
        let entry = |file: &str| format!(r#"{{"set":"s","category":"c","file":"{file}","texts":["x"],"ec":"M"}}"#);
        let files = ["a_f00.png", "a_f01.png", "b_f00.png", "c_fern.png", "d.png"].map(entry);
        let folder = folder(&format!("[{}]", files.join(",")));
        let subjects = subjects(folder.path(), &[], 1).unwrap();
        let told: Vec<_> = subjects.iter().map(|one| (one.name.as_str(), one.frames.len(), one.moving)).collect();
        assert_eq!(told, [("a", 2, true), ("b", 1, true), ("c_fern.png", 1, false), ("d.png", 1, false)]);
    }

    #[test]
    fn what_is_wrong_with_a_folder_is_said() {
        let error = |folder: &Path, sets: &[String]| format!("{:#}", subjects(folder, sets, 1).err().unwrap());
        assert!(error(Path::new("/no/such/folder"), &[]).contains("the folder must hold truth.json"));
        assert!(error(folder("[]").path(), &[]).contains("names no picture"));
        assert!(error(folder("{}").path(), &[]).contains("is not as it must be"));
        let entry = r#"[{"set":"receipts","category":"c","file":"a.png","texts":[]}]"#;
        assert!(error(folder(entry).path(), &["x".to_owned()]).contains("no set \"x\"; it has receipts"));
    }
}
