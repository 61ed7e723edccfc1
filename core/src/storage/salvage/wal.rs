//! A write-ahead log as bytes. SQLite reads it up to the first frame that does not fit and passes over all that
//! follows; here each frame is judged by itself, so that what follows a damaged one is not lost.

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// A page as a transaction wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Which page, from 1.
    pub page: u32,
    /// Its content; of the size of a page.
    pub image: &'a [u8],
    /// Whether its checksum holds. Where the one before it lost its own, that cannot be known, and it is not.
    pub whole: bool,
    /// How many frames there are up to the end of its transaction; `None` where it was not brought to an end.
    pub end: Option<usize>,
    ends_transaction: bool,
}

/// The frames of the log's present generation.
#[derive(Debug, Default)]
pub struct Log<'a> {
    /// In the order of their writing.
    pub frames: Vec<Frame<'a>>,
    /// Whether each of them is as it was written.
    pub whole: bool,
    /// Whether SQLite would pass over a frame that ended a transaction. A kill never leaves such a log; a power failure
    /// may, where the disk wrote the last frame before an earlier one: then what nobody was told to be written is
    /// saved too, which does no harm.
    pub loses_commits: bool,
}

impl<'a> Log<'a> {
    /// Reads `bytes` as the log of a file with pages of `page_size` bytes.
    pub fn read(bytes: &'a [u8], page_size: usize) -> Self {
        let Some((header, rest)) = bytes.split_at_checked(HEADER) else {
            return Self { whole: bytes.is_empty(), ..Self::default() };
        };
        let order = Order::of(word(header, 0));
        let sound = order.add((0, 0), &header[..HEADER - 8]) == pair(header, HEADER - 8);
        let raw: Vec<&[u8]> = rest.chunks_exact(FRAME_HEADER + page_size).collect();
        let salts = if sound { pair(header, 16) } else { most_frequent(&raw) };
        // Frames of an earlier generation stand behind those of the present one, and bear other salts.
        let count = raw.iter().rposition(|frame| pair(frame, 8) == salts).map_or(0, |last| last + 1);
        let mut seeds = [pair(header, HEADER - 8), order.add((0, 0), &header[..HEADER - 8])];
        let (mut unbroken, mut before_whole) = (sound, sound);
        let mut log = Self { frames: Vec::with_capacity(count), whole: sound || count == 0, loses_commits: false };
        for frame in &raw[..count] {
            let (head, image) = frame.split_at(FRAME_HEADER);
            let stored = pair(head, 16);
            let computed = seeds.map(|seed| order.add(order.add(seed, &head[..8]), image));
            let whole = computed.contains(&stored);
            // Either may be what the next one was reckoned from: the stored one, or the true one of a stored one lost.
            seeds = [stored, if whole { stored } else { computed[0] }];
            // A frame behind one that lost its checksum cannot be checked; its salts speak for it.
            let is_credible = whole || (!before_whole && pair(head, 8) == salts);
            let ends_transaction = is_credible && word(head, 4) != 0;
            before_whole = whole;
            unbroken &= whole && pair(head, 8) == salts;
            log.whole &= unbroken;
            log.loses_commits |= !unbroken && ends_transaction;
            log.frames.push(Frame { page: word(head, 0), image, whole, end: None, ends_transaction });
        }
        log.mark_ends();
        log
    }

    fn mark_ends(&mut self) {
        let mut end = None;
        for (index, frame) in self.frames.iter_mut().enumerate().rev() {
            if frame.ends_transaction {
                end = Some(index + 1);
            }
            frame.end = end;
        }
        self.whole &= self.frames.last().is_none_or(|last| last.end.is_some());
    }
}

/// The size of pages that the log's header names, where the header is whole.
pub fn page_size(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..HEADER)?;
    let order = Order::of(word(header, 0));
    let sound = order.add((0, 0), &header[..HEADER - 8]) == pair(header, HEADER - 8);
    usize::try_from(word(header, 8)).ok().filter(|size| sound && size.is_power_of_two() && *size >= 512)
}

/// The salts that most frames bear; of several, those that come first.
fn most_frequent(frames: &[&[u8]]) -> (u32, u32) {
    let mut counts: Vec<((u32, u32), usize)> = Vec::new();
    for salts in frames.iter().map(|frame| pair(frame, 8)) {
        match counts.iter().position(|(known, _)| *known == salts) {
            Some(at) => counts[at].1 += 1,
            // Noise has other salts in each frame; a log has those of few generations.
            None if counts.len() < 64 => counts.push((salts, 1)),
            None => {}
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or((0, 0), |(salts, _)| *salts)
}

/// In which order the words of checksums are read.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    const fn of(magic: u32) -> Self {
        if magic == MAGIC | 1 { Self::Big } else { Self::Little }
    }

    /// SQLite's checksum of `bytes`, reckoned on from `sum`.
    fn add(self, sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        let read = |at: &[u8]| match (self, <[u8; 4]>::try_from(at)) {
            (Self::Little, Ok(word)) => u32::from_le_bytes(word),
            (Self::Big, Ok(word)) => u32::from_be_bytes(word),
            (_, Err(_)) => 0,
        };
        bytes.chunks_exact(8).fold(sum, |(first, second), words| {
            let first = first.wrapping_add(read(&words[..4])).wrapping_add(second);
            (first, second.wrapping_add(read(&words[4..])).wrapping_add(first))
        })
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn pair(bytes: &[u8], at: usize) -> (u32, u32) {
    (word(bytes, at), word(bytes, at + 4))
}
