//! Writes generated code. What would not change is not written: compilers look at the time of files.

use std::fs;

use anyhow::{Context, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

use crate::{mended, visibility};

pub fn kotlin(library: &Utf8Path, packages: &Utf8Path) -> Result<()> {
    let scratch = Scratch::beside(packages)?;
    write(library, TargetLanguage::Kotlin, &scratch.0)?;
    let count = copy(&scratch.0, packages, "kt", |text| mended::kotlin(text).map(|text| visibility::kotlin(&text)))?;
    ensure!(count > 0, "no Kotlin was generated");
    Ok(())
}

pub fn swift(library: &Utf8Path, sources: &Utf8Path, header: &Utf8Path) -> Result<()> {
    let scratch = Scratch::beside(sources)?;
    write(library, TargetLanguage::Swift, &scratch.0)?;
    let count = copy(&scratch.0, sources, "swift", Ok)? + copy(&scratch.0, header, "h", Ok)?;
    ensure!(count == 2, "no Swift was generated");
    // A target of C headers takes one by this name alone.
    let map = fs::read_to_string(one_with(&scratch.0, "modulemap")?)?;
    keep(&header.join("module.modulemap"), &map)
}

fn write(library: &Utf8Path, language: TargetLanguage, out_dir: &Utf8Path) -> Result<()> {
    generate(GenerateOptions {
        languages: vec![language],
        source: library.to_owned(),
        out_dir: out_dir.to_owned(),
        metadata_no_deps: true,
        ..GenerateOptions::default()
    })
}

/// Copies every file of that kind, wherever below `from` it lies, to the same place below `to`.
fn copy(from: &Utf8Path, to: &Utf8Path, extension: &str, change: fn(String) -> Result<String>) -> Result<usize> {
    let mut count = 0;
    for entry in from.read_dir_utf8()? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            count += copy(entry.path(), &target, extension, change)?;
        } else if entry.path().extension() == Some(extension) {
            keep(&target, &change(fs::read_to_string(entry.path())?)?)?;
            count += 1;
        }
    }
    Ok(count)
}

fn keep(file: &Utf8Path, text: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text).with_context(|| file.to_string())
}

fn one_with(folder: &Utf8Path, extension: &str) -> Result<Utf8PathBuf> {
    let mut files = folder.read_dir_utf8()?.filter_map(Result::ok).map(|entry| entry.path().to_owned());
    files.find(|file| file.extension() == Some(extension)).with_context(|| format!("no .{extension} was generated"))
}

/// A folder that goes with its owner.
struct Scratch(Utf8PathBuf);

impl Scratch {
    fn beside(folder: &Utf8Path) -> Result<Self> {
        let scratch = Utf8PathBuf::from(format!("{folder}.unfinished"));
        let _left_over = fs::remove_dir_all(&scratch);
        fs::create_dir_all(&scratch)?;
        Ok(Self(scratch))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_over = fs::remove_dir_all(&self.0);
    }
}
