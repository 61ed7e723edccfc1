//! `vremena capture` on files that cannot be used.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{fs, path::Path, process::Command};

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pictures/01-dress.jpg");

fn capture(program: &Path, directory: &Path, picture: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("capture").arg("--directory").arg(directory).args(["--base-url", "http://127.0.0.1:9"]).arg(picture);
    command
}

#[test]
fn nobody_is_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    let output = capture(env!("CARGO_BIN_EXE_vremena").as_ref(), folder.path(), PICTURE.as_ref()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nobody is signed in"));
}

#[test]
fn a_database_that_is_none_is_set_aside_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let notes = b"somebody's notes, and no database".repeat(200);
    fs::write(folder.path().join("member.db"), &notes).unwrap();
    let output = capture(env!("CARGO_BIN_EXE_vremena").as_ref(), folder.path(), PICTURE.as_ref()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("nobody is signed in"));
    let mut files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap());
    let set_aside = files.find(|file| file.file_name().to_string_lossy().starts_with("member.db.damaged-")).unwrap();
    assert_eq!(fs::read(set_aside.path()).unwrap(), notes);
}

/// Root may write anything, so the program runs as nobody: from a place, and on files, which nobody may read.
#[cfg(unix)]
#[test]
fn a_database_that_cannot_be_written_is_said_to_be_so() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};

    const NOBODY: u32 = 65_534;
    let allow = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let place = tempfile::tempdir().unwrap();
    allow(place.path(), 0o755);
    let program = place.path().join("vremena");
    fs::copy(env!("CARGO_BIN_EXE_vremena"), &program).unwrap();
    let picture = place.path().join("picture.jpg");
    fs::copy(PICTURE, &picture).unwrap();
    allow(&picture, 0o444);
    let member = place.path().join("member");
    fs::create_dir(&member).unwrap();
    capture(&program, &member, &picture).output().unwrap();
    for file in fs::read_dir(&member).unwrap() {
        allow(&file.unwrap().path(), 0o444);
    }
    allow(&member.join("core.log"), 0o666);
    allow(&member, 0o555);
    let mut command = capture(&program, &member, &picture);
    if is_root() {
        command.uid(NOBODY);
    }
    let output = command.output().unwrap();
    allow(&member, 0o755);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(told.contains("member.db cannot be written") || told.contains("member.db cannot be opened"), "{told}");
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("mistyped");
    let output = capture(env!("CARGO_BIN_EXE_vremena").as_ref(), &folder, PICTURE.as_ref()).output().unwrap();
    assert!(!output.status.success() && !folder.exists());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no such folder"));
}
