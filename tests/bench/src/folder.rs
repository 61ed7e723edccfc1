//! Pictures without a code from a folder with truth.json.

use std::{collections::BTreeMap, env, fs, path::Path};

use anyhow::Context;
use serde::Deserialize;
use vremena_core::scan::Picture;

use crate::Frame;

/// Names the folder.
pub const VARIABLE: &str = "VREMENA_PICTURES";

#[derive(Deserialize)]
struct Entry {
    set: String,
    file: String,
    texts: Vec<String>,
    #[serde(default)]
    corners: Vec<Vec<f32>>,
}

/// The folder's pictures without a code, by set; empty without the variable.
///
/// # Errors
/// When the folder is not as the variable says.
pub fn frames_without_code() -> anyhow::Result<BTreeMap<String, Vec<Frame>>> {
    let Some(folder) = env::var_os(VARIABLE) else { return Ok(BTreeMap::new()) };
    let folder = Path::new(&folder);
    let truth = folder.join("truth.json");
    let text = fs::read_to_string(&truth).with_context(|| {
        format!("{VARIABLE} must name a folder with truth.json; {} cannot be read", truth.display())
    })?;
    let entries: Vec<Entry> = serde_json::from_str(&text).with_context(|| truth.display().to_string())?;
    let mut sets: BTreeMap<String, Vec<Frame>> = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| entry.texts.is_empty() && entry.corners.is_empty()) {
        sets.entry(entry.set).or_default().push(load(&folder.join(&entry.file))?);
    }
    Ok(sets)
}

fn load(path: &Path) -> anyhow::Result<Frame> {
    let picture = Picture::decode(&fs::read(path).with_context(|| path.display().to_string())?)
        .with_context(|| path.display().to_string())?;
    Ok(Frame { width: picture.width(), height: picture.height(), pixels: picture.luma().to_vec() })
}
