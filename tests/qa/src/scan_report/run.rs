//! One subject through the scanner, as the product scans it.

use std::{fs, path::Path};

use anyhow::Context;
use cpu_time::ThreadTime;
use vremena_core::scan::{FoundCode, ImageFault, LiveScanner, Picture, Rotation};

use super::sight::{self, Sight};
use super::truth::{Frame, Subject};

/// What became of one subject.
#[derive(Default)]
pub struct Outcome {
    /// The frame in which it was first read, from 1; a picture has one.
    pub read_at: Option<usize>,
    pub false_payloads: Vec<String>,
    /// Texts of which nobody knows, of pictures with more codes than their truth has texts.
    pub unnamed: Vec<String>,
    /// Of each frame looked at: processor time of this thread for the scan alone, from grey pixels in memory, in
    /// milliseconds.
    pub cpu_ms: Vec<f64>,
    /// Why a file could not be looked at.
    pub fault: Option<ImageFault>,
    /// Of failures: what was seen.
    pub sight: Option<Sight>,
}

/// Scans a subject of `folder`: a picture still, a sequence live until it is read. Failures leave their pictures in
/// `pictures`.
pub fn run(subject: &Subject, folder: &Path, pictures: &Path) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut live = LiveScanner::new();
    for (frame, number) in subject.frames.iter().zip(1..) {
        let picture = match load(frame, folder)? {
            Ok(picture) => picture,
            Err(fault) => {
                outcome.fault = Some(fault);
                continue;
            }
        };
        let (codes, cpu_ms) = if subject.moving { frame_of(&mut live, &picture)? } else { still(&picture) };
        outcome.cpu_ms.push(cpu_ms);
        let judged = subject.expected.judge(codes.iter().map(|code| code.text.as_str()));
        if !judged.false_payloads.is_empty() && outcome.sight.is_none() {
            outcome.sight = Some(sight::of(&picture, &frame.corners, pictures, &frame.file)?);
        }
        outcome.false_payloads.extend(judged.false_payloads);
        outcome.unnamed.extend(judged.unnamed);
        if judged.read {
            outcome.read_at = Some(number);
            break;
        }
    }
    let unread = outcome.read_at.is_none() && subject.has_code();
    if unread && outcome.sight.is_none() {
        outcome.sight = typical(subject, folder, pictures)?;
    }
    Ok(outcome)
}

/// A file of `folder`, decoded; the error is a folder that is not as its truth says.
pub fn load(frame: &Frame, folder: &Path) -> anyhow::Result<Result<Picture, ImageFault>> {
    let path = folder.join(&frame.file);
    let bytes =
        fs::read(&path).with_context(|| format!("{} is named in truth.json, but cannot be read", path.display()))?;
    Ok(Picture::decode(&bytes))
}

/// The codes of a picture, and what they cost. Of a file cut short as much is judged as there is.
fn still(picture: &Picture) -> (Vec<FoundCode>, f64) {
    let start = ThreadTime::now();
    let scanned = picture.scan();
    let cpu_ms = milliseconds_since(start);
    (scanned.map(|outcome| outcome.codes).unwrap_or_default(), cpu_ms)
}

fn frame_of(live: &mut LiveScanner, picture: &Picture) -> anyhow::Result<(Vec<FoundCode>, f64)> {
    let (width, height) = (picture.width(), picture.height());
    let start = ThreadTime::now();
    let scanned = live.frame(picture.luma(), width, height, width, Rotation::None)?;
    Ok((scanned.codes, milliseconds_since(start)))
}

/// Processor time of this thread.
pub fn milliseconds_since(start: ThreadTime) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// Of a sequence that was not read, the frame in its middle stands for all.
fn typical(subject: &Subject, folder: &Path, pictures: &Path) -> anyhow::Result<Option<Sight>> {
    let Some(frame) = subject.frames.get(subject.frames.len() / 2) else { return Ok(None) };
    match load(frame, folder)? {
        Ok(picture) => Ok(Some(sight::of(&picture, &frame.corners, pictures, &frame.file)?)),
        Err(_) => Ok(None),
    }
}
