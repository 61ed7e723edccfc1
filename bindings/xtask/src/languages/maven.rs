//! Maven, and what it packs into the kit for a desktop's JVM.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{library, succeed};

/// Where the kit's build finds the library, and everything of Kotlin is built.
const BUILD: &str = "target/kotlin";

/// Runs in `folder` of the tree.
pub fn command(root: &Path, folder: &str) -> Command {
    let mut maven = Command::new("mvn");
    maven.current_dir(root.join(folder));
    maven.args(["--batch-mode", "--no-transfer-progress", "-Dstyle.color=never"]);
    // The compiler's daemon would outlive the build.
    maven.arg("-Dkotlin.compiler.daemon=false");
    maven
}

/// Builds the library as a release has it, and installs the kit in the machine's own Maven repository.
pub fn install(root: &Path) -> Result<String> {
    let _nothing_there = fs::remove_dir_all(root.join(BUILD).join("kit"));
    let folder = library::release(root)?;
    pack(root, &folder.join(library::library_name()))?;
    let mut maven = command(root, "android");
    maven.args(["--quiet", "install"]);
    succeed(maven)?;
    Ok(format!("ru.vremenagoda:vremena-kit-jvm:{} is installed, for {}", env!("CARGO_PKG_VERSION"), platform()))
}

/// Puts the library where the kit's build takes it from. What a debugger would need makes up most of it, and stays here.
pub fn pack(root: &Path, library: &Path) -> Result<()> {
    let natives = root.join(BUILD).join("natives");
    let _nothing_there = fs::remove_dir_all(&natives);
    let folder = natives.join(platform());
    fs::create_dir_all(&folder)?;
    let packed = folder.join(library::library_name());
    fs::copy(library, &packed).with_context(|| library.display().to_string())?;
    let argument = if cfg!(target_os = "macos") { "-x" } else { "--strip-unneeded" };
    let stripped = Command::new("strip").arg(argument).arg(&packed).status();
    if !stripped.is_ok_and(|status| status.success()) {
        println!("`strip` does not work here: the kit's jar will be some 100 MB large");
    }
    Ok(())
}

/// This machine as JNA names it, when it looks for a library on the class path.
fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    format!("{system}-{processor}")
}
