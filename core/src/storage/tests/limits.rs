//! A phone that has no more to give: no room, no right to write, no more open files.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::Command,
};

use super::*;

/// A small file system of its own, where the system lets a test have one.
struct Mount(PathBuf, #[expect(dead_code, reason = "keeps the folder")] tempfile::TempDir);

impl Mount {
    fn new(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path, folder));
        }
        println!("SKIPPED: this system mounts nothing for a test");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn on_a_file_system_without_room_no_write_is_acknowledged_that_is_not_there() {
    let Some(mount) = Mount::new("size=1m") else { return };
    let storage = open(&mount.0).await.unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        match insert_rules(&storage, acknowledged, "x".repeat(20_000)).await {
            Ok(()) => acknowledged += 1,
            refused => break refused,
        }
    };
    assert!(matches!(refused, Err(StorageError::Full)), "{refused:?}");
    assert!(acknowledged > 5, "{acknowledged}");
    assert_eq!(count_rules(&storage).await.unwrap(), acknowledged);
    // As after a kill.
    let copy = tempfile::tempdir().unwrap();
    for name in ["member.db", "member.db-wal"] {
        fs::copy(mount.0.join(name), copy.path().join(name)).unwrap();
    }
    assert_eq!(count_rules(&open(copy.path()).await.unwrap()).await.unwrap(), acknowledged);
}

/// A damaged file where there is no room for a new one stays where it is, and is mended when there is.
#[tokio::test]
async fn without_room_a_damaged_file_is_left_until_there_is_some() {
    let Some(mount) = Mount::new("size=1m") else { return };
    let damaged = b"no database".repeat(10);
    fs::write(mount.0.join("member.db"), &damaged).unwrap();
    let filler = mount.0.join("filler");
    let _full = fs::write(&filler, vec![1; 2_000_000]);
    let refused = open(&mount.0).await;
    assert!(matches!(refused, Err(StorageError::Full)), "{refused:?}");
    assert_eq!(fs::read(mount.0.join("member.db")).unwrap(), damaged);
    fs::remove_file(filler).unwrap();
    assert_eq!(count_rules(&open(&mount.0).await.unwrap()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_empty_folder_that_cannot_be_written_is_said_to_be_so() {
    let Some(mount) = Mount::new("size=1m,ro") else { return };
    let refused = open(&mount.0).await;
    assert!(matches!(refused, Err(StorageError::ReadOnly("member.db"))), "{refused:?}");
}

/// This program again, with few files to open: `few_files` below.
#[test]
fn too_many_open_files_are_said_to_be_so_and_cost_nothing() {
    let name = "storage::tests::limits::few_files";
    let limited = Command::new("sh")
        .args(["-c", r#"ulimit -n 64 && exec "$0" --ignored --exact "$1""#])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&limited.stdout);
    assert!(limited.status.success() && told.contains("1 passed"), "{told}");
}

fn hoard() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).take(10_000).collect()
}

#[tokio::test]
#[ignore = "run by too_many_open_files_are_said_to_be_so_and_cost_nothing"]
async fn few_files() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let mut hoarded = hoard();
    assert!(hoarded.len() < 64, "there is no limit");
    let acknowledged = i64::from(insert_rules(&storage, 1, "{}".to_owned()).await.is_ok());
    // Whether the log can be cut does not matter: the files are closed.
    let _paused = storage.pause().await;
    hoarded.extend(hoard());
    let refused = storage.resume().await;
    assert!(matches!(refused, Err(StorageError::Unavailable("member.db"))), "{refused:?}");
    drop(hoarded);
    storage.resume().await.unwrap();
    assert_eq!(count_rules(&storage).await.unwrap(), acknowledged);
}
