//! Which names and files a folder has, and what of them is durable.
//!
//! SQLite synchronises a file for its bytes, and a folder for its names. What is done to the files without SQLite is
//! not seen here: it is found when somebody looks, and taken for durable. A file that SQLite has open must not be written
//! in place without it.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::image::{Change, Content, Image, Name};

/// The wal-index: what is in it is made anew from the log by the next process.
const SHARED_MEMORY: &str = "-shm";

/// Names whose past matters and files with changes that are not durable, at least.
#[derive(Debug, Default)]
pub(super) struct Folder {
    names: BTreeMap<PathBuf, Tracked>,
    files: BTreeMap<u64, Inode>,
}

#[derive(Debug, Default)]
struct Tracked {
    past: Vec<Option<Content>>,
    present: Option<u64>,
}

#[derive(Debug)]
struct Inode {
    /// Keeps the number from being used again.
    _file: File,
    /// What the file holds: reading it for each of SQLite's reads and writes would cost most of a world's time.
    bytes: Vec<u8>,
    changes: Vec<Change>,
}

impl Folder {
    /// A file was opened, which was `there` before or was created. Gives its number.
    pub fn opened(&mut self, path: &Path, there: bool) -> io::Result<u64> {
        let file = File::open(path)?;
        let inode = file.metadata()?.ino();
        if let Entry::Vacant(new) = self.files.entry(inode) {
            new.insert(Inode { _file: file, bytes: fs::read(path)?, changes: Vec::new() });
        }
        let name = self.names.entry(path.to_owned()).or_default();
        if name.present != Some(inode) {
            if there || name.present.is_some() {
                name.past.clear();
            }
            if !there {
                name.past.push(None);
            }
            name.present = Some(inode);
        }
        Ok(inode)
    }

    /// What a file holds, unless its name was deleted.
    pub fn bytes(&self, inode: u64) -> Option<&[u8]> {
        Some(&self.files.get(&inode)?.bytes)
    }

    /// What writing `new` would change.
    pub fn write(&self, inode: u64, offset: usize, new: &[u8]) -> Change {
        let present = self.bytes(inode).unwrap_or_default();
        let end = offset + new.len();
        let old = present.get(offset..end.min(present.len())).unwrap_or_default().to_vec();
        Change { offset, old, new: new.to_vec(), size_before: present.len(), size_after: end.max(present.len()) }
    }

    /// What cutting or lengthening would change.
    pub fn truncate(&self, inode: u64, to: usize) -> Change {
        let present = self.bytes(inode).unwrap_or_default();
        let old = present.get(to..).unwrap_or_default().to_vec();
        Change { offset: to, old, new: Vec::new(), size_before: present.len(), size_after: to }
    }

    pub fn changed(&mut self, inode: u64, change: Change) {
        if let Some(inode) = self.files.get_mut(&inode) {
            change.redo(&mut inode.bytes);
            inode.changes.push(change);
        }
    }

    pub fn synchronised(&mut self, inode: u64) {
        if let Some(inode) = self.files.get_mut(&inode) {
            inode.changes.clear();
        }
    }

    /// The names beside this one are durable.
    pub fn names_synchronised(&mut self, beside: &Path) {
        for (path, name) in &mut self.names {
            if path.parent() == beside.parent() {
                name.past.clear();
            }
        }
        self.names.retain(|_, name| name.present.is_some() || !name.past.is_empty());
    }

    /// A file was deleted: it may be back until its name's absence is durable.
    pub fn deleted(&mut self, path: &Path, (inode, bytes): (u64, Vec<u8>)) {
        let changes = self.files.remove(&inode).map(|inode| inode.changes).unwrap_or_default();
        let name = self.names.entry(path.to_owned()).or_default();
        if name.present.take() != Some(inode) {
            name.past.clear();
        }
        name.past.push(Some(Content { bytes, changes }));
    }

    /// All that is there, and forgets it.
    pub fn image(&mut self, root: &Path) -> io::Result<Image> {
        let mut names = std::mem::take(&mut self.names);
        let mut files = std::mem::take(&mut self.files);
        let mut image = Image::default();
        for path in everything(root)? {
            if path.as_os_str().as_encoded_bytes().ends_with(SHARED_MEMORY.as_bytes()) {
                continue;
            }
            let (inode, bytes) = read(&path)?;
            let changes = files.remove(&inode).map(|inode| inode.changes).unwrap_or_default();
            let past = match names.remove(&path) {
                Some(name) if name.present == Some(inode) => name.past,
                _ => Vec::new(),
            };
            image.0.insert(path, Name { past, present: Some(Content { bytes, changes }) });
        }
        for (path, name) in names {
            if name.present.is_none() {
                image.0.insert(path, Name { past: name.past, present: None });
            }
        }
        Ok(image)
    }

    /// Makes what is there what the image says, each file a new one.
    pub fn restore(&mut self, root: &Path, image: Image) -> io::Result<()> {
        for path in everything(root)? {
            fs::remove_file(path)?;
        }
        for (path, name) in image.0 {
            let mut tracked = Tracked { past: name.past, present: None };
            if let Some(Content { bytes, changes }) = name.present {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&path, &bytes)?;
                if changes.is_empty() && tracked.past.is_empty() {
                    continue;
                }
                let file = File::open(&path)?;
                let inode = file.metadata()?.ino();
                self.files.insert(inode, Inode { _file: file, bytes, changes });
                tracked.present = Some(inode);
            }
            self.names.insert(path, tracked);
        }
        Ok(())
    }
}

/// The number and the bytes of a file.
pub(super) fn read(path: &Path) -> io::Result<(u64, Vec<u8>)> {
    Ok((fs::metadata(path)?.ino(), fs::read(path)?))
}

/// All files below.
fn everything(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut found };
            list.push(entry.path());
        }
    }
    Ok(found)
}
