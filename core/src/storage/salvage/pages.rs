//! The pages of a file and of its write-ahead log, in all the versions that are there.

use std::collections::{BTreeMap, BTreeSet};

use super::wal::{self, Log};

/// What SQLite uses unless it is told otherwise, and this program does not tell it.
const PAGE_SIZE: usize = 4096;
const FILE_HEADER: usize = 100;

/// Whether SQLite would pass over commits in this log.
pub fn loses_commits(wal: &[u8]) -> bool {
    Log::read(wal, wal::page_size(wal).unwrap_or(PAGE_SIZE)).loses_commits
}

/// A state of the file: how many frames of the log had been written then.
pub type Moment = usize;

/// How far a page is to be believed; the higher the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Its transaction was not brought to an end, as far as can be seen.
    Unfinished,
    /// The file names it as free: what stands there was moved or deleted.
    Free,
    /// Its frame is damaged.
    Doubtful,
    /// A later version of it is there, but the log is not whole.
    Former,
    /// The present version.
    Present,
}

/// After all that was brought to an end.
const UNFINISHED: Moment = Moment::MAX;

/// One version of a page.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// The whole page.
    pub image: &'a [u8],
    /// How far it is to be believed.
    pub rank: Rank,
    /// The state in which it stood.
    pub moment: Moment,
}

/// A file with its log.
#[derive(Debug)]
pub struct Pages<'a> {
    size: usize,
    main: &'a [u8],
    log: Log<'a>,
    /// The frames of each page, the oldest first; those of transactions without an end are not among them.
    frames: BTreeMap<u32, Vec<usize>>,
    /// The frames of a transaction without an end, as far as they are whole.
    unfinished: BTreeMap<u32, usize>,
}

impl<'a> Pages<'a> {
    /// Puts the file's bytes and those of its log together.
    pub fn new(main: &'a [u8], wal: &'a [u8]) -> Self {
        let size = wal::page_size(wal).unwrap_or(PAGE_SIZE);
        let log = Log::read(wal, size);
        let mut frames: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut unfinished = BTreeMap::new();
        for (index, frame) in log.frames.iter().enumerate() {
            if frame.end.is_some() {
                frames.entry(frame.page).or_default().push(index);
            } else if frame.whole {
                unfinished.insert(frame.page, index);
            }
        }
        Self { size, main, log, frames, unfinished }
    }

    /// How many bytes of a page SQLite uses: all, since this program reserves none.
    pub const fn usable(&self) -> usize {
        self.size
    }

    /// How many bytes there are in all versions of all pages.
    pub fn bytes(&self) -> usize {
        self.main.len() + self.log.frames.len() * self.size
    }

    /// The page as it was at `moment`.
    pub fn at(&self, page: u32, moment: Moment) -> Option<&'a [u8]> {
        if let Some(frame) = self.unfinished.get(&page).filter(|_| moment == UNFINISHED) {
            return self.log.frames.get(*frame).map(|frame| frame.image);
        }
        let frame = self.frames.get(&page).and_then(|frames| frames.iter().rev().find(|frame| **frame < moment));
        match frame {
            Some(frame) => self.log.frames.get(*frame).map(|frame| frame.image),
            None => self.in_main(page),
        }
    }

    /// Every version that may hold rows. Where the log is whole, that is the present one of each page.
    pub fn versions(&self) -> Vec<Version<'a>> {
        let (free, now) = (self.free(), self.log.frames.len());
        let pages = u32::try_from(self.main.len() / self.size).unwrap_or(u32::MAX);
        let numbers: BTreeSet<u32> = (1..=pages).chain(self.frames.keys().copied()).collect();
        let mut versions = Vec::new();
        for page in numbers {
            let frames = self.frames.get(&page).map_or(&[][..], Vec::as_slice);
            let in_log = frames.iter().rev().filter_map(|frame| self.log.frames.get(*frame));
            // A row's overflow pages may stand behind its leaf, as long as they are of the same transaction.
            let in_log = in_log.map(|frame| (frame.image, frame.whole, frame.end.unwrap_or_default()));
            let in_main = self.in_main(page).map(|image| (image, true, 0));
            for (index, (image, whole, end)) in in_log.chain(in_main).enumerate() {
                let (rank, moment) = match (index, whole) {
                    (0, _) if free.contains(&page) => (Rank::Free, now),
                    (_, false) => (Rank::Doubtful, end),
                    (0, true) => (Rank::Present, now),
                    (_, true) => (Rank::Former, end),
                };
                versions.push(Version { image, rank, moment });
                if self.log.whole {
                    break;
                }
            }
        }
        let unfinished = self.unfinished.values().filter_map(|frame| self.log.frames.get(*frame));
        versions.extend(unfinished.map(|frame| Version {
            image: frame.image,
            rank: Rank::Unfinished,
            moment: UNFINISHED,
        }));
        versions
    }

    fn in_main(&self, page: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(page.checked_sub(1)?).ok()?.checked_mul(self.size)?;
        self.main.get(start..start.checked_add(self.size)?)
    }

    /// The pages that the file's list of free pages names, where that list is whole.
    fn free(&self) -> BTreeSet<u32> {
        let now = self.log.frames.len();
        let word = |image: &[u8], at: usize| {
            image.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
        };
        let Some(first) = self.at(1, now).filter(|image| image.len() >= FILE_HEADER) else {
            return BTreeSet::new();
        };
        let (mut trunk, count) = (word(first, 32), word(first, 36));
        let mut free = BTreeSet::new();
        while trunk != 0 {
            let Some(image) = self.at(trunk, now).filter(|_| free.insert(trunk)) else {
                return BTreeSet::new();
            };
            let leaves = usize::try_from(word(image, 4)).unwrap_or(usize::MAX).min(self.size / 4);
            free.extend((0..leaves).map(|leaf| word(image, 8 + 4 * leaf)));
            trunk = word(image, 0);
        }
        if u32::try_from(free.len()) == Ok(count) { free } else { BTreeSet::new() }
    }
}
