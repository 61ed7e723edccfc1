//! What SQLite's calls may do to a file of a disk. `system` carries a call out; 0 is its success.

use std::{
    ffi::c_int,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::ffi;

use super::{Shared, Space, State, folder, image::Change};

/// For the first synchronisation of these, when they may have been created, SQLite synchronises their folder too.
const LOGS: c_int = ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;

/// An open file of a disk.
pub(super) struct Watched {
    disk: Arc<Shared>,
    process: u64,
    path: PathBuf,
    inode: u64,
    synchronises_names: AtomicBool,
    is_mapped: AtomicBool,
}

/// The wal-index of a file, while anybody has it.
#[derive(Debug, Default)]
pub(super) struct Index {
    connections: usize,
    regions: c_int,
}

impl Watched {
    pub fn open(disk: Arc<Shared>, path: &Path, flags: c_int, system: impl FnOnce() -> c_int) -> Result<Self, c_int> {
        let mut state = disk.lock();
        if state.frozen.is_some() {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        let there = path.symlink_metadata().is_ok();
        done(system())?;
        let inode = state.folder.opened(path, there).map_err(|_| ffi::SQLITE_CANTOPEN)?;
        let process = disk.process();
        drop(state);
        let synchronises_names = AtomicBool::new(flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & LOGS != 0);
        let is_mapped = AtomicBool::default();
        Ok(Self { disk, process, path: path.to_owned(), inode, synchronises_names, is_mapped })
    }

    pub fn delete(disk: &Shared, path: &Path, synchronise: bool, system: impl FnOnce() -> c_int) -> c_int {
        let mut state = disk.lock();
        let file = match folder::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return system(),
            file => file,
        };
        let Ok(file) = file else { return ffi::SQLITE_IOERR_DELETE };
        if !disk.survives(&mut state) {
            return ffi::SQLITE_IOERR_DELETE;
        }
        let deleted = system();
        if deleted == ffi::SQLITE_OK {
            state.folder.deleted(path, file);
            if synchronise && !state.lies {
                state.folder.names_synchronised(path);
            }
        }
        deleted
    }

    /// Whether the process that opened the file lives.
    pub fn alive(&self) -> bool {
        self.process == self.disk.process()
    }

    /// Maps a part of the wal-index, which needs room as the file that it is elsewhere. Also says whether the part is
    /// there: the system makes it in any case.
    pub fn map(&self, region: c_int, may_extend: bool, system: impl FnOnce() -> c_int) -> (c_int, bool) {
        let mut state = self.disk.lock();
        let has_room = state.space == Space::Plenty;
        let mapped = system();
        if mapped != ffi::SQLITE_OK {
            return (mapped, false);
        }
        let index = state.indexes.entry(self.inode).or_default();
        index.connections += usize::from(!self.is_mapped.swap(true, Ordering::Relaxed));
        if region >= index.regions {
            if !may_extend || !has_room {
                return (if may_extend { ffi::SQLITE_IOERR_SHMSIZE } else { mapped }, false);
            }
            index.regions = region + 1;
        }
        (mapped, true)
    }

    pub fn unmap(&self) {
        let mut state = self.disk.lock();
        if !self.is_mapped.swap(false, Ordering::Relaxed) {
            return;
        }
        if let Some(index) = state.indexes.get_mut(&self.inode) {
            index.connections -= 1;
            if index.connections == 0 {
                state.indexes.remove(&self.inode);
            }
        }
    }

    /// Hands `look` what the file holds; `None` where only the system knows.
    pub fn look<T>(&self, look: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.disk.lock().folder.bytes(self.inode).map(look)
    }

    pub fn write(&self, offset: usize, new: &[u8], system: impl FnOnce() -> c_int) -> c_int {
        self.change(ffi::SQLITE_IOERR_WRITE, |state| state.folder.write(self.inode, offset, new), system)
    }

    pub fn truncate(&self, to: usize, system: impl FnOnce() -> c_int) -> c_int {
        self.change(ffi::SQLITE_IOERR_TRUNCATE, |state| state.folder.truncate(self.inode, to), system)
    }

    fn change(&self, refusal: c_int, change: impl FnOnce(&State) -> Change, system: impl FnOnce() -> c_int) -> c_int {
        let mut state = self.disk.lock();
        if !self.alive() || !self.disk.survives(&mut state) {
            return refusal;
        }
        let change = change(&state);
        let refused = match state.space {
            Space::Plenty => false,
            Space::NoGrowth => change.size_after > change.size_before,
            Space::Exhausted => !change.new.is_empty(),
        };
        if refused {
            return ffi::SQLITE_FULL;
        }
        let changed = system();
        if changed == ffi::SQLITE_OK {
            state.counters.writes += u64::from(!change.new.is_empty());
            state.counters.bytes += change.new.len() as u64;
            state.folder.changed(self.inode, change);
        }
        changed
    }

    /// The system is not asked: nobody takes its power away.
    pub fn synchronise(&self) -> c_int {
        let mut state = self.disk.lock();
        if !self.alive() || !self.disk.survives(&mut state) {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        state.counters.syncs += 1;
        if !state.lies {
            state.folder.synchronised(self.inode);
            if self.synchronises_names.swap(false, Ordering::Relaxed) {
                state.folder.names_synchronised(&self.path);
            }
        }
        ffi::SQLITE_OK
    }
}

fn done(code: c_int) -> Result<(), c_int> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}
