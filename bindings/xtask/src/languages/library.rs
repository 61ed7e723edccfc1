//! The core as a library, and the Kotlin and Swift that are generated from it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::succeed;
use crate::cargo::cargo;

/// Where generated code goes.
pub struct Generated {
    /// The root of Kotlin's packages.
    pub kotlin: PathBuf,
    /// The Swift source. SwiftPM refuses sources outside of its package.
    pub swift: PathBuf,
    /// The C header that Swift imports.
    pub swift_header: PathBuf,
}

impl Generated {
    /// For the kits.
    fn for_kits(root: &Path) -> Self {
        Self {
            kotlin: root.join("android/vremena-kit/src/generated/kotlin"),
            swift: root.join("ios/Generated/VremenaFFI"),
            swift_header: root.join("ios/Generated/CVremenaFFI"),
        }
    }
}

/// What the other languages' tests need: the library with its generated code, and the sandbox's command line.
pub struct Built {
    /// The folder of both.
    pub folder: PathBuf,
}

impl Built {
    /// The gallery to test against, as a program.
    pub fn sandbox(&self) -> PathBuf {
        self.folder.join("vremena")
    }
}

/// Builds the library by itself, with the features that a phone's build has, and generates both languages.
pub fn bindings(root: &Path) -> Result<PathBuf> {
    built(root, "debug", &[])
}

/// As [`bindings`], of a release.
pub fn release(root: &Path) -> Result<PathBuf> {
    built(root, "release", &["--release"])
}

fn built(root: &Path, profile: &str, arguments: &[&str]) -> Result<PathBuf> {
    let folder = root.join("target").join(profile);
    succeed(cargo(root, &[&["build", "--locked", "--package", "vremena-ffi", "--lib"], arguments].concat()))?;
    generate(root, &folder.join(library_name()), &Generated::for_kits(root))?;
    Ok(folder)
}

/// As [`bindings`], with the sandbox.
pub fn with_sandbox(root: &Path) -> Result<Built> {
    let folder = bindings(root)?;
    succeed(cargo(root, &["build", "--locked", "--package", "vremena-qa", "--bin", "vremena"]))?;
    Ok(Built { folder })
}

/// What the library exports, one line each.
pub fn exports(root: &Path, library: &Path) -> Result<String> {
    let mut command = bindgen(root);
    command.arg("exports").arg("--library").arg(library);
    let output = command.output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Generates both languages from an unstripped library.
pub fn generate(root: &Path, library: &Path, to: &Generated) -> Result<()> {
    let mut command = bindgen(root);
    command.arg("generate").arg("--library").arg(library);
    command.arg("--kotlin").arg(&to.kotlin);
    command.arg("--swift").arg(&to.swift).arg("--swift-header").arg(&to.swift_header);
    succeed(command)
}

fn bindgen(root: &Path) -> std::process::Command {
    cargo(root, &["run", "--quiet", "--locked", "--package", "uniffi-bindgen", "--"])
}

pub fn library_name() -> String {
    format!("{}vremena_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}
