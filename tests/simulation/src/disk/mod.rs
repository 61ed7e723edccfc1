//! The disk of a simulated phone: a VFS below SQLite that knows of every file what is durable.
//!
//! The files are real ones, for the core reads and renames them beside SQLite too. What a kill or a power loss leaves
//! is written to new files under the same names, so whoever still has the old ones open cannot reach the new ones.
//!
//! | file | what |
//! |---|---|
//! | `image` | what is there, and what is left of it when the power goes; pure |
//! | `folder` | which names and files the disk has, and what of them is durable |
//! | `watched` | what each of SQLite's calls may do; the fuse, the full disk, the counters |
//! | `vfs` | the calls themselves, handed on to the system's VFS; all that is unsafe |

mod folder;
mod image;
#[cfg(test)]
mod tests;
#[allow(unsafe_code, reason = "SQLite's interface to the system is one of C")]
mod vfs;
mod watched;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use folder::Folder;
use image::Image;
use watched::Index;

/// Where chance comes from: for `n` some number below `n`.
pub type Chance<'a> = dyn FnMut(u32) -> u32 + 'a;

/// All disks that are mounted in this process.
static MOUNTED: RwLock<Vec<Weak<Shared>>> = RwLock::new(Vec::new());

/// A folder whose files belong to one simulated phone, from [`mount`](Self::mount) until it is dropped.
#[derive(Debug)]
pub struct Disk(Arc<Shared>);

/// How much room there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Space {
    /// As much as anybody wants.
    #[default]
    Plenty,
    /// No file grows; what it has can be overwritten.
    NoGrowth,
    /// Nothing can be written at all: a file system that copies on write needs room for an overwrite too.
    Exhausted,
}

/// What SQLite has done to the files so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Writes that happened.
    pub writes: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Synchronisations that were asked for, also those about which the disk lied.
    pub syncs: u64,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    /// Counts the processes: a handle of an earlier one is dead.
    process: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    folder: Folder,
    /// By the number of the file to which they belong.
    indexes: BTreeMap<u64, Index>,
    /// What was there when the fuse blew. Whatever the process that does not know of its death does to the files
    /// afterwards, with SQLite or without, is undone by this.
    frozen: Option<io::Result<Image>>,
    fuse: Option<u64>,
    space: Space,
    lies: bool,
    counters: Counters,
}

impl Disk {
    /// Claims a folder with all that is in it, which is durable.
    ///
    /// # Errors
    /// If there is no such folder, another disk has it or a part of it, or SQLite cannot be put on top.
    pub fn mount(folder: &Path) -> io::Result<Self> {
        vfs::register()?;
        let root = fs::canonicalize(folder)?;
        let mut mounted = MOUNTED.write().unwrap_or_else(PoisonError::into_inner);
        mounted.retain(|disk| disk.strong_count() > 0);
        let overlaps = |disk: Arc<Shared>| disk.root.starts_with(&root) || root.starts_with(&disk.root);
        if mounted.iter().filter_map(Weak::upgrade).any(overlaps) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let shared = Arc::new(Shared { root, process: AtomicU64::default(), state: Mutex::default() });
        mounted.push(Arc::downgrade(&shared));
        Ok(Self(shared))
    }

    /// Ends the process at once: what SQLite has written is there, durable or not, and nothing that the handles which
    /// are open now do reaches the files any more. Handles that are opened from now on belong to the next process.
    /// After a fuse has blown, the files are what they were then.
    ///
    /// # Errors
    /// If the files cannot be read or written.
    pub fn kill(&self) -> io::Result<()> {
        let mut state = self.0.lock();
        let image = self.0.end_process(&mut state)?;
        state.folder.restore(&self.0.root, image)
    }

    /// Takes the power away: like [`kill`](Self::kill), but of what was not synchronised each write is there, lost or
    /// torn, by chance. What is there then is durable.
    ///
    /// # Errors
    /// If the files cannot be read or written.
    pub fn power_loss(&self, chance: &mut Chance<'_>) -> io::Result<()> {
        let mut state = self.0.lock();
        let image = self.0.end_process(&mut state)?.after_power_loss(chance);
        state.folder.restore(&self.0.root, image)
    }

    /// The `n`th write, truncation, synchronisation or deletion from now on does not happen any more: the process is
    /// dead by then, and opens nothing either, until [`kill`](Self::kill) or [`power_loss`](Self::power_loss) begins
    /// the next one. 0 is as 1.
    pub fn kill_after(&self, n: u64) {
        self.0.lock().fuse = Some(n);
    }

    /// Whether a fuse has blown, and no new process has begun.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.0.lock().frozen.is_some()
    }

    /// How much room there is from now on.
    pub fn space(&self, space: Space) {
        self.0.lock().space = space;
    }

    /// Whether synchronisations do nothing from now on, and claim they did. A test that does not notice proves nothing.
    pub fn lie_about_sync(&self, lies: bool) {
        self.0.lock().lies = lies;
    }

    /// What SQLite has done so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.0.lock().counters
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let mut mounted = MOUNTED.write().unwrap_or_else(PoisonError::into_inner);
        mounted.retain(|disk| disk.as_ptr() != Arc::as_ptr(&self.0));
    }
}

impl Shared {
    /// The disk to which a file belongs.
    fn of(path: &Path) -> Option<Arc<Self>> {
        let mounted = MOUNTED.read().unwrap_or_else(PoisonError::into_inner);
        mounted.iter().filter_map(Weak::upgrade).find(|disk| path.starts_with(&disk.root))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn process(&self) -> u64 {
        self.process.load(Ordering::Acquire)
    }

    fn end_process(&self, state: &mut State) -> io::Result<Image> {
        state.fuse = None;
        state.frozen.take().unwrap_or_else(|| self.freeze(state))
    }

    fn freeze(&self, state: &mut State) -> io::Result<Image> {
        self.process.fetch_add(1, Ordering::AcqRel);
        state.folder.image(&self.root)
    }

    /// Whether the process lives to do one more thing to the disk.
    fn survives(&self, state: &mut State) -> bool {
        match &mut state.fuse {
            _ if state.frozen.is_some() => false,
            Some(0 | 1) => {
                state.frozen = Some(self.freeze(state));
                false
            }
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }
}
