//! `vremena scan`: the codes of pictures.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use cpu_time::ThreadTime;
use serde::Serialize;
use vremena_core::scan::{FoundCode, Picture, PicturePoint, StillOutcome};

use crate::receipt_json::{ReceiptJson, in_words, reason_text};

/// In folders only these are looked at; a file that is named always is. Those that cannot be read are among them: a
/// folder of a phone's photographs must not be silently empty.
const EXTENSIONS: [&str; 12] =
    ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "gif", "bmp", "tif", "tiff", "jp2"];

/// No camera's file is larger.
const MAX_FILE_BYTES: u64 = 256 << 20;

#[derive(clap::Args)]
pub struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Pictures, and folders of pictures
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: String,
    codes: Vec<CodeJson<'a>>,
    receipt: Option<ReceiptJson<'a>>,
    /// Why there is no receipt.
    reason: Option<&'static str>,
    advice: Option<&'static str>,
    /// Where the reason for the advice lies, if it has a place.
    advice_at: Option<[f32; 2]>,
    /// Processor time of this thread for finding and decoding alone, from grey pixels in memory.
    cpu_ms: f64,
}

#[derive(Serialize)]
struct CodeJson<'a> {
    text: &'a str,
    corners: [[f32; 2]; 4],
}

/// What one file shows.
struct Examined {
    outcome: StillOutcome,
    fault: Option<&'static str>,
    cpu_ms: f64,
}

/// Prints one line a picture. A picture without a receipt is a line with its reason, and no failure; a file that
/// cannot be read from the disk is one too, and the rest is examined all the same.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut out = anstream::stdout().lock();
    let mut all_read = true;
    for path in &arguments.paths {
        let mut files = Vec::new();
        if collect(path, &mut files).is_err() {
            files.push(path.clone());
        }
        files.sort();
        for file in files {
            let examined = examine(&file);
            all_read &= examined.fault != Some("unreadable_file");
            print(&file, &examined, arguments.json, &mut out)?;
        }
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The pictures at a path, in no order. Links to folders are not followed: they may lead in circles.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            // A folder that cannot be listed is a line of its own.
            if collect(&path, files).is_err() {
                files.push(path);
            }
        } else if looks_like_a_picture(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn looks_like_a_picture(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

fn examine(file: &Path) -> Examined {
    let failed = |fault| Examined { outcome: StillOutcome::default(), fault: Some(fault), cpu_ms: 0.0 };
    let picture = match read(file) {
        Err(_) => return failed("unreadable_file"),
        Ok(bytes) if bytes.len() as u64 > MAX_FILE_BYTES => return failed("too_large"),
        Ok(bytes) => Picture::decode(&bytes),
    };
    let picture = match picture {
        Err(fault) => return failed(fault.code()),
        Ok(picture) => picture,
    };
    let start = ThreadTime::now();
    let scanned = picture.scan();
    let cpu_ms = (start.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    let fault = scanned.as_ref().err().map(|fault| fault.code());
    Examined { outcome: scanned.unwrap_or_default(), fault, cpu_ms }
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print(file: &Path, examined: &Examined, json: bool, out: &mut impl Write) -> io::Result<()> {
    let Examined { outcome, fault, cpu_ms } = examined;
    let best = outcome.best.and_then(|best| outcome.codes.get(best));
    let receipt = best.and_then(|code| code.receipt.as_ref().ok());
    let no_receipt = best.map_or("no_code", |code| code.receipt.as_ref().map_or_else(|reason| reason.code(), |_| ""));
    let reason = fault.or((receipt.is_none()).then_some(no_receipt));
    let advice = outcome.advice.map(|advice| advice.code());
    if json {
        let line = Line {
            file: file.to_string_lossy().into_owned(),
            codes: outcome.codes.iter().map(CodeJson::from).collect(),
            receipt: receipt.map(ReceiptJson::from),
            reason,
            advice,
            advice_at: outcome.advice_at.map(in_tenths),
            cpu_ms: *cpu_ms,
        };
        return writeln!(out, "{}", serde_json::to_string(&line)?);
    }
    let words = receipt.map(in_words).or(reason.map(reason_text)).unwrap_or_default();
    let place = outcome.advice_at.map(in_tenths).map_or(String::new(), |[x, y]| format!(" at {x:.0}, {y:.0}"));
    let advice = advice.map_or(String::new(), |advice| format!(" ({}{place})", reason_text(advice)));
    writeln!(out, "{}: {words}{advice} [{cpu_ms:.1} ms]", file.display())
}

impl<'a> From<&'a FoundCode> for CodeJson<'a> {
    fn from(code: &'a FoundCode) -> Self {
        Self { text: &code.text, corners: code.corners.map(in_tenths) }
    }
}

fn in_tenths(PicturePoint { x, y }: PicturePoint) -> [f32; 2] {
    [x, y].map(|pixels| (pixels * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn pictures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/pictures")
    }

    fn line(file: &Path) -> Value {
        let mut out = Vec::new();
        print(file, &examine(file), true, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_line_tells_the_receipt_its_corners_and_the_time() {
        let line = line(&pictures().join("01-dress.jpg"));
        assert_eq!(line["receipt"]["total_kopecks"], 4_890_000);
        assert_eq!(line["receipt"]["issued_at"], "2026-03-12T18:47:00+03:00");
        assert_eq!(line["reason"], Value::Null);
        assert_eq!(line["codes"][0]["corners"].as_array().unwrap().len(), 4);
        assert!(line["cpu_ms"].as_f64().unwrap() > 0.0);
    }

    #[test]
    fn what_is_no_receipt_has_a_reason() {
        let reason = |name: &str| line(&pictures().join(name))["reason"].clone();
        assert_eq!(reason("09-foreign.jpg"), "foreign_receipt");
        assert_eq!(reason("10-operator-link.jpg"), "operator_link");
        assert_eq!(reason("11-not-a-receipt.jpg"), "not_a_receipt");
        assert_eq!(reason("12-no-code.jpg"), "no_code");
        assert_eq!(reason("17-broken.jpg"), "truncated");
        assert_eq!(reason("README.md"), "not_a_picture");
        assert_eq!(reason("missing.jpg"), "unreadable_file");
    }

    #[test]
    fn folders_are_searched_for_pictures_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.PNG", "b/z.webp", "a.jpeg", "notes.txt", "b/jpg"] {
            fs::write(folder.path().join(name), []).unwrap();
        }
        let mut files = Vec::new();
        collect(folder.path(), &mut files).unwrap();
        files.sort();
        let expected = ["a.jpeg", "b/z.webp", "c.PNG"].map(|name| folder.path().join(name));
        assert_eq!(files, expected);
    }
}
