//! The core as a library, and the Kotlin and Swift that are generated from it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::succeed;
use crate::cargo::cargo;

/// Where Kotlin's packages are generated.
pub const KOTLIN: &str = "android/vremena-kit/src/generated/kotlin";
/// Where Swift is generated. SwiftPM refuses sources outside of its package.
pub const SWIFT: &str = "ios/Generated/VremenaFFI";
/// Where the C header is generated that Swift imports.
pub const SWIFT_HEADER: &str = "ios/Generated/CVremenaFFI";

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
    let folder = root.join("target/debug");
    succeed(cargo(root, &["build", "--locked", "--package", "vremena-ffi", "--lib"]))?;
    generate(root, &folder.join(library_name()))?;
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

fn generate(root: &Path, library: &Path) -> Result<()> {
    let mut command = bindgen(root);
    command.arg("generate").arg("--library").arg(library);
    command.arg("--kotlin").arg(root.join(KOTLIN));
    command.arg("--swift").arg(root.join(SWIFT)).arg("--swift-header").arg(root.join(SWIFT_HEADER));
    succeed(command)
}

fn bindgen(root: &Path) -> std::process::Command {
    cargo(root, &["run", "--quiet", "--locked", "--package", "uniffi-bindgen", "--"])
}

pub fn library_name() -> String {
    format!("{}vremena_ffi{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}
