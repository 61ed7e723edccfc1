//! What a power loss may leave of single files.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{chance, temporary};
use crate::disk::{
    folder::{Folder, read},
    image::Image,
};

/// A folder in which things happen as SQLite would do them.
struct Stage {
    folder: Folder,
    root: TempDir,
}

impl Stage {
    fn new() -> Self {
        Self { folder: Folder::default(), root: temporary() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn create(&mut self, name: &str) -> u64 {
        let path = self.path(name);
        File::create_new(&path).unwrap();
        self.folder.opened(&path, false).unwrap()
    }

    fn write(&mut self, name: &str, inode: u64, offset: usize, bytes: &[u8]) {
        let change = self.folder.write(inode, offset, bytes);
        OpenOptions::new().write(true).open(self.path(name)).unwrap().write_all_at(bytes, offset as u64).unwrap();
        self.folder.changed(inode, change);
    }

    fn truncate(&mut self, name: &str, inode: u64, size: usize) {
        let change = self.folder.truncate(inode, size);
        OpenOptions::new().write(true).open(self.path(name)).unwrap().set_len(size as u64).unwrap();
        self.folder.changed(inode, change);
    }

    fn delete(&mut self, name: &str) {
        let path = self.path(name);
        let file = read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        self.folder.deleted(&path, file);
    }

    /// What may be in a file after a power loss; nothing is no file.
    fn left(mut self, name: &str) -> BTreeSet<Option<Vec<u8>>> {
        let path = self.path(name);
        let image = self.folder.image(self.root.path()).unwrap();
        (0..500).map(|seed| content(image.clone().after_power_loss(&mut chance(seed)), &path)).collect()
    }
}

fn content(image: Image, path: &Path) -> Option<Vec<u8>> {
    let name = image.0.into_iter().find(|(known, _)| known == path)?.1;
    name.present.map(|content| content.bytes)
}

fn set<const N: usize>(of: [Option<&[u8]>; N]) -> BTreeSet<Option<Vec<u8>>> {
    of.into_iter().map(|bytes| bytes.map(<[u8]>::to_vec)).collect()
}

#[test]
fn a_new_file_is_there_or_empty_or_missing_until_it_is_synchronised() {
    let stage = |synchronise: fn(&mut Folder, u64, &Path)| {
        let mut stage = Stage::new();
        let inode = stage.create("a");
        stage.write("a", inode, 0, b"new");
        let path = stage.path("a");
        synchronise(&mut stage.folder, inode, &path);
        stage.left("a")
    };
    let zeros: &[u8] = &[0; 3];
    assert_eq!(stage(|_, _, _| {}), set([None, Some(b""), Some(zeros), Some(b"new")]));
    assert_eq!(stage(|folder, inode, _| folder.synchronised(inode)), set([None, Some(b"new")]));
    let names_only = stage(|folder, _, path| folder.names_synchronised(path));
    assert_eq!(names_only, set([Some(b""), Some(zeros), Some(b"new")]));
    let both = stage(|folder, inode, path| {
        folder.synchronised(inode);
        folder.names_synchronised(path);
    });
    assert_eq!(both, set([Some(b"new")]));
}

#[test]
fn a_deleted_file_may_be_back_until_its_folder_is_synchronised() {
    let mut stage = Stage::new();
    fs::write(stage.path("a"), b"old").unwrap();
    stage.delete("a");
    let path = stage.path("a");
    let inode = stage.create("a");
    stage.write("a", inode, 0, b"new");
    stage.folder.synchronised(inode);
    stage.delete("a");
    stage.folder.names_synchronised(&stage.path("inside/b"));
    let mut gone = Stage::new();
    fs::write(gone.path("a"), b"old").unwrap();
    gone.delete("a");
    gone.folder.names_synchronised(&gone.path("b"));
    assert!(!path.exists());
    assert_eq!(stage.left("a"), set([Some(b"old"), None, Some(b"new")]));
    assert_eq!(gone.left("a"), set([None]));
}

#[test]
fn a_sector_is_old_or_new_and_its_neighbours_stay() {
    let mut stage = Stage::new();
    fs::write(stage.path("a"), [1; 2000]).unwrap();
    let inode = stage.folder.opened(&stage.path("a"), true).unwrap();
    stage.write("a", inode, 100, &[2; 1500]);
    let left = stage.left("a");
    for bytes in left.iter().map(|bytes| bytes.as_ref().unwrap()) {
        assert!(bytes.len() == 2000 && bytes[..100] == [1; 100] && bytes[1600..] == [1; 400]);
        for part in [100..512, 512..1024, 1024..1536, 1536..1600] {
            assert!(bytes[part.clone()].iter().all(|byte| *byte == bytes[part.start]));
        }
    }
    assert_eq!(left.len(), 16);
}

#[test]
fn a_truncation_may_be_lost_and_a_later_write_kept() {
    let mut stage = Stage::new();
    fs::write(stage.path("a"), [1; 600]).unwrap();
    let inode = stage.folder.opened(&stage.path("a"), true).unwrap();
    stage.truncate("a", inode, 0);
    stage.write("a", inode, 0, &[2; 10]);
    let left = stage.left("a");
    let mixed = [[2; 10].as_slice(), &[1; 590]].concat();
    for possible in [&[1; 600][..], &[2; 10], &[], &mixed] {
        assert!(left.contains(&Some(possible.to_vec())), "{}", possible.len());
    }
}

#[test]
fn what_is_done_without_sqlite_is_durable() {
    let mut stage = Stage::new();
    let inode = stage.create("new");
    stage.write("new", inode, 0, b"new");
    stage.folder.synchronised(inode);
    fs::rename(stage.path("new"), stage.path("a")).unwrap();
    fs::write(stage.path("b"), b"other").unwrap();
    let [a, b, new] = ["a", "b", "new"].map(|name| stage.path(name));
    let image = stage.folder.image(stage.root.path()).unwrap();
    for seed in 0..50 {
        let find = |path| content(image.clone().after_power_loss(&mut chance(seed)), path);
        assert_eq!((find(&a), find(&b), find(&new)), (Some(b"new".to_vec()), Some(b"other".to_vec()), None));
    }
}

#[test]
fn bytes_that_were_not_synchronised_are_not_durable_under_another_name_either() {
    let mut stage = Stage::new();
    let inode = stage.create("new");
    stage.write("new", inode, 0, b"new");
    fs::rename(stage.path("new"), stage.path("a")).unwrap();
    stage.folder.opened(&stage.path("a"), true).unwrap();
    assert_eq!(stage.left("a"), set([Some(b""), Some(&[0; 3]), Some(b"new")]));
}
